import type { Language } from './language.ts';

export type Money = { readonly amount: number; readonly currency: 'KRW' };

export type Formats = {
  number(value: number): string;
  money(value: Money): string;
  /** With its sign, for what was added or taken. */
  signedMoney(value: Money): string;
  /** Day, month, weekday and time by the clock of a time zone, which is named. */
  dateTime(time: string | number, timeZone: string): string;
  /** The same, and what the reader's own clock says then, where that differs. */
  when(time: string | number, timeZone: string): string;
  /** What has nothing to do with a place: by the reader's own clock, which is named. */
  moment(time: string | number): string;
  /** Day, month and weekday by the clock of a time zone. */
  date(time: string | number, timeZone: string): string;
  /** Year and month of a time in UTC. */
  month(time: string | number): string;
  /** What a time zone is called, such as "Korean time". */
  timeZone(timeZone: string): string;
  /** About how long, in the largest unit that fits: "3 min". */
  duration(ms: number): string;
  /** Exactly how long, as a clock: "04:59", "1:04:59", with days where there are some. */
  clock(ms: number): string;
};

const LOCALES: Readonly<Record<Language, string>> = { ko: 'ko-KR', en: 'en-GB' };
/** Names that are shorter, or better known, than those of the tables of Unicode. */
const ZONE_NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  'Asia/Seoul': { ko: '한국 시간', en: 'Korean time' },
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cache = new Map<string, Formats>();

/** @param readerZone the time zone of the one who reads; that of the machine where it is not given */
export function createFormats(
  language: Language,
  readerZone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Formats {
  const key = `${language} ${readerZone}`;
  const formats = cache.get(key) ?? makeFormats(language, readerZone);
  cache.set(key, formats);
  return formats;
}

function makeFormats(language: Language, readerZone: string): Formats {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale);
  const months = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
  const clockOf = createClocks(language);
  const money = ({ amount }: Money) =>
    language === 'ko' ? `${number.format(amount)}원` : `₩${number.format(amount)}`;
  const dateTime = (at: string | number, timeZone: string) => {
    const { date, time, name } = clockOf(timeZone);
    return `${date(new Date(at))} ${time(new Date(at))} ${name}`;
  };
  const when = (at: string | number, timeZone: string) => {
    const [there, here] = [clockOf(timeZone), clockOf(readerZone)];
    const isSame = there.instant(new Date(at)) === here.instant(new Date(at));
    if (isSame) return dateTime(at, timeZone);
    return `${dateTime(at, timeZone)} (${READERS[language]} ${dateTime(at, readerZone)})`;
  };
  return {
    number: (value) => number.format(value),
    money,
    signedMoney: ({ amount, currency }) =>
      `${amount < 0 ? '−' : '+'}${money({ amount: Math.abs(amount), currency })}`,
    dateTime,
    when,
    moment: (at) => dateTime(at, readerZone),
    date: (at, timeZone) => clockOf(timeZone).date(new Date(at)),
    month: (at) => months.format(new Date(at)),
    timeZone: (timeZone) => clockOf(timeZone).name,
    duration: (ms) => duration(ms, language),
    clock: (ms) => clock(ms, language),
  };
}

/** What stands before a time by the reader's own clock. */
const READERS: Readonly<Record<Language, string>> = { ko: '내 시간', en: 'your time:' };

type Clock = {
  readonly name: string;
  date(at: Date): string;
  time(at: Date): string;
  /** The same for two clocks that show the same. */
  instant(at: Date): string;
};

/** Clocks by the name of their time zone; one that this browser does not know is read as UTC, and says so. */
function createClocks(language: Language): (timeZone: string) => Clock {
  const clocks = new Map<string, Clock>();
  return (timeZone) => {
    const known = clocks.get(timeZone) ?? makeClock(language, knownZone(timeZone));
    clocks.set(timeZone, known);
    return known;
  };
}

function makeClock(language: Language, timeZone: string): Clock {
  const locale = LOCALES[language];
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone });
  const days = format({ year: 'numeric', month: 'long', day: 'numeric' });
  const weekdays = format({ weekday: 'short' });
  const times = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const names = format({ timeZoneName: 'shortGeneric' });
  const named = names.formatToParts(0).find(({ type }) => type === 'timeZoneName')?.value;
  return {
    name: ZONE_NAMES[timeZone]?.[language] ?? named ?? timeZone,
    // Put together here: what Intl puts around the weekday differs from version to version.
    date(at) {
      const [day, weekday] = [days.format(at), weekdays.format(at)];
      return language === 'ko' ? `${day} (${weekday})` : `${weekday}, ${day}`;
    },
    time: (at) => times.format(at),
    instant: (at) => `${days.format(at)} ${times.format(at)}`,
  };
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

const UNITS: Readonly<Record<Language, readonly [string, string, string, string]>> = {
  ko: ['일', '시간', '분', '초'],
  en: [' d', ' h', ' min', ' s'],
};

function duration(ms: number, language: Language): string {
  const [days, hours, minutes, seconds] = UNITS[language];
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)}${days}`;
  if (ms >= 2 * HOUR) return `${Math.round(ms / HOUR)}${hours}`;
  if (ms >= 90 * SECOND) return `${Math.round(ms / MINUTE)}${minutes}`;
  return `${Math.max(1, Math.ceil(ms / SECOND))}${seconds}`;
}

function clock(ms: number, language: Language): string {
  const left = Math.max(0, Math.ceil(ms / SECOND));
  const [days, hours] = [Math.floor(left / 86_400), Math.floor((left % 86_400) / 3_600)];
  const rest = [Math.floor((left % 3_600) / 60), left % 60].map(twoDigits).join(':');
  const withHours = days > 0 || hours > 0 ? `${days > 0 ? twoDigits(hours) : hours}:${rest}` : rest;
  return days > 0 ? `${days}${UNITS[language][0]} ${withHours}` : withHours;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
