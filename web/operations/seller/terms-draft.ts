import type { Performance } from '../../tickets/concerts/performance-parts.tsx';
import { fromVenueTime, toVenueTime } from '../forms/venue-time.ts';

/** The terms of a sale as they are written; times by the clock of the hall, prices as typed. */
export type TermsDraft = {
  readonly startsAt: string;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly prices: Readonly<Record<string, string>>;
  readonly limitPerPerson: string;
  readonly roomEnabled: boolean;
};

/** What the terms are written for: the grades of the stage and the clock of its venue. */
export type TermsPlace = { readonly grades: readonly string[]; readonly timeZone: string };

export type TermsFault = 'timeMissing' | 'timesWrong' | 'priceWrong';

export const NEW_TERMS: TermsDraft = {
  startsAt: '',
  opensAt: '',
  closesAt: '',
  prices: {},
  limitPerPerson: '4',
  roomEnabled: true,
};

export function draftOf(performance: Performance): TermsDraft {
  return {
    startsAt: toVenueTime(performance.startsAt, performance.timeZone),
    opensAt: toVenueTime(performance.opensAt, performance.timeZone),
    closesAt: toVenueTime(performance.closesAt, performance.timeZone),
    prices: Object.fromEntries(
      Object.entries(performance.prices).map(([grade, { amount }]) => [grade, amount.toLocaleString('en')]),
    ),
    limitPerPerson: String(performance.limitPerPerson),
    roomEnabled: performance.roomEnabled,
  };
}

/** The terms as the API takes them, or what is missing. */
export function toTerms(draft: TermsDraft, { grades, timeZone }: TermsPlace) {
  const read = (text: string) => fromVenueTime(text, timeZone);
  const [startsAt, opensAt] = [read(draft.startsAt), read(draft.opensAt)];
  const closesAt = draft.closesAt === '' ? startsAt : read(draft.closesAt);
  if (startsAt === undefined || opensAt === undefined || closesAt === undefined) return fault('timeMissing');
  if (opensAt >= closesAt || opensAt >= startsAt) return fault('timesWrong');
  const prices: Record<string, { amount: number; currency: 'KRW' }> = {};
  for (const grade of grades) {
    const amount = priceOf(draft.prices[grade] ?? '');
    if (amount === undefined) return fault('priceWrong');
    prices[grade] = { amount, currency: 'KRW' };
  }
  const limitPerPerson = Math.min(100, Math.max(1, Math.round(Number(draft.limitPerPerson)) || 1));
  const { roomEnabled } = draft;
  const terms = { startsAt, opensAt, closesAt, prices, limitPerPerson, roomEnabled };
  return { ok: true, terms } as const;
}

type Terms = Extract<ReturnType<typeof toTerms>, { ok: true }>['terms'];

/** Of these terms those whose field was changed: the rest is not this person's to say again. */
export function changedTerms(terms: Terms, changed: Partial<TermsDraft>): Partial<Terms> {
  return Object.fromEntries(Object.entries(terms).filter(([name]) => name in changed));
}

const fault = (code: TermsFault) => ({ ok: false, fault: code }) as const;

/** A whole amount of won, with separators or without; undefined where it is none. */
export function priceOf(text: string): number | undefined {
  const digits = /^\s*(?:\d+|\d{1,3}(?:,\d{3})+)\s*$/.test(text) ? text.replaceAll(/[\s,]/g, '') : '';
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}
