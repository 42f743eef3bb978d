/** Halls stand nine hours east of Greenwich all year round (Asia/Seoul has had no summer time since 1988). */
const OFFSET_MS = 9 * 3_600_000;

/** A time as an input of the type `datetime-local` takes it, by the clock of the hall. */
export function toHallTime(time: string): string {
  return new Date(Date.parse(time) + OFFSET_MS).toISOString().slice(0, 16);
}

/** What such an input holds as a time of the API; undefined while it is none. */
export function fromHallTime(text: string): string | undefined {
  const ms = Date.parse(`${text}:00.000Z`.replace(/(T\d\d:\d\d:\d\d):00(\.000Z)$/, '$1$2'));
  return Number.isNaN(ms) ? undefined : new Date(ms - OFFSET_MS).toISOString();
}
