import type { Language } from './language.ts';

export type Money = { readonly amount: number; readonly currency: 'KRW' };

export type Formats = {
  number(value: number): string;
  money(value: Money): string;
  /** With its sign, for what was added or taken. */
  signedMoney(value: Money): string;
  /** Day, month, weekday, time. */
  dateTime(time: string | number): string;
  /** Day, month and weekday. */
  date(time: string | number): string;
  /** Year and month. */
  month(time: string | number): string;
  /** Hours and minutes. */
  time(time: string | number): string;
  /** About how long, in the largest unit that fits: "3 min". */
  duration(ms: number): string;
  /** Exactly how long, as a clock: "04:59", "1:04:59", with days where there are some. */
  clock(ms: number): string;
};

const LOCALES: Readonly<Record<Language, string>> = { ko: 'ko-KR', en: 'en-GB' };
/** Where the halls are: a performance begins when its hall's clock says so, wherever the reader is. */
const TIME_ZONE = 'Asia/Seoul';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cache = new Map<Language, Formats>();

export function createFormats(language: Language): Formats {
  const formats = cache.get(language) ?? makeFormats(language);
  cache.set(language, formats);
  return formats;
}

function makeFormats(language: Language): Formats {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale);
  const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;
  const hour = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
  const days = new Intl.DateTimeFormat(locale, { ...day, timeZone: TIME_ZONE });
  const weekdays = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: TIME_ZONE });
  const months = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: TIME_ZONE });
  const times = new Intl.DateTimeFormat(locale, { ...hour, timeZone: TIME_ZONE });
  const money = ({ amount }: Money) =>
    language === 'ko' ? `${number.format(amount)}원` : `₩${number.format(amount)}`;
  // Put together here: what Intl puts around the weekday differs from version to version.
  const date = (at: string | number) => {
    const [dayOf, weekday] = [days.format(new Date(at)), weekdays.format(new Date(at))];
    return language === 'ko' ? `${dayOf} (${weekday})` : `${weekday}, ${dayOf}`;
  };
  const time = (at: string | number) => times.format(new Date(at));
  return {
    number: (value) => number.format(value),
    money,
    signedMoney: ({ amount, currency }) =>
      `${amount < 0 ? '−' : '+'}${money({ amount: Math.abs(amount), currency })}`,
    date,
    month: (at) => months.format(new Date(at)),
    time,
    dateTime: (at) => `${date(at)} ${time(at)}`,
    duration: (ms) => duration(ms, language),
    clock: (ms) => clock(ms, language),
  };
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
