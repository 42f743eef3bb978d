export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Korea is nine hours ahead of UTC, all year. */
const KOREA_MS = 9 * HOUR;

/** A clock time, such as 19:30, in Korea, so many days from the day in Korea that `now` is in. Epoch ms. */
export function inKorea(now: number, days: number, clock: string): number {
  const midnight = Math.floor((now + KOREA_MS) / DAY) * DAY - KOREA_MS;
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return midnight + days * DAY + hours * HOUR + minutes * MINUTE;
}

/** The next full minute that is at least `ms` away: sales open at whole minutes. */
export function minuteAfter(now: number, ms: number): number {
  return Math.ceil((now + ms) / MINUTE) * MINUTE;
}
