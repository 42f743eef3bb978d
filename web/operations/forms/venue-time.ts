/** A time as an input of the type `datetime-local` takes it, by the clock of the hall. */
export function toVenueTime(time: string, timeZone: string): string {
  const ms = Date.parse(time);
  return new Date(ms + offsetMs(ms, timeZone)).toISOString().slice(0, 16);
}

/**
 * What such an input holds as a time of the API; undefined while it is none. In the hour that a clock leaves out in
 * spring it is the time an hour later, and in the one that it repeats in autumn the first of the two.
 */
export function fromVenueTime(text: string, timeZone: string): string | undefined {
  const wall = WRITTEN.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(wall)) return undefined;
  // A day before and a day after, the clock has been changed on one side at most.
  const offsets = [-DAY_MS, DAY_MS].map((away) => offsetMs(wall + away, timeZone));
  const fitting = offsets.map((offset) => wall - offset).filter((ms) => ms + offsetMs(ms, timeZone) === wall);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : wall - Math.min(...offsets)).toISOString();
}

/** With seconds or without. */
const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/;
const DAY_MS = 86_400_000;

/** How far the clock of a zone is ahead of UTC at a moment. */
function offsetMs(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const of = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(ms / 1_000) * 1_000;
}
