import type { Language } from '../../shared/i18n/language.ts';
import { navigate, useLocation } from '../../shared/router/location.ts';

export const SORTS = ['date', 'popularity', 'newest', 'title'] as const;
export type Sort = (typeof SORTS)[number];

export const CATEGORIES = ['concert', 'musical', 'play', 'classical', 'festival'] as const;

/** What the list is narrowed to. It stands in the address, so that a link or a reload shows the same. */
export type ConcertFilter = {
  readonly q: string;
  readonly category: string;
  /** `2027-03`, or nothing for any. */
  readonly month: string;
  readonly sort: Sort;
  /** Those that are over, which nobody can buy any more, instead of those to come. */
  readonly past: '' | 'yes';
};

const NOTHING: ConcertFilter = { q: '', category: '', month: '', sort: 'date', past: '' };

function readFilter(query: URLSearchParams): ConcertFilter {
  const month = query.get('month') ?? '';
  return {
    q: (query.get('q') ?? '').slice(0, 100),
    category: CATEGORIES.find((category) => category === query.get('category')) ?? '',
    month: /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : '',
    sort: SORTS.find((sort) => sort === query.get('sort')) ?? 'date',
    past: query.get('past') === 'yes' ? 'yes' : '',
  };
}

export function useConcertFilter() {
  const { query } = useLocation();
  const filter = readFilter(query);
  return {
    filter,
    isNarrowed: filter.q !== '' || filter.category !== '' || filter.month !== '' || filter.past !== '',
    change(changed: Partial<ConcertFilter>): void {
      navigate(`/${toSearch({ ...filter, ...changed })}`, { replace: true });
    },
    clear(): void {
      navigate(`/${toSearch({ ...NOTHING, sort: filter.sort })}`, { replace: true });
    },
  };
}

function toSearch(filter: ConcertFilter): string {
  const given = Object.entries(filter).filter(
    ([name, value]) => value !== NOTHING[name as keyof ConcertFilter],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/** The filter as the API takes it; a month is that of the halls, which stand nine hours east of Greenwich. */
export function toQuery({ q, category, month, sort, past }: ConcertFilter, language: Language) {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const start = (months: number) => new Date(Date.UTC(year, number - 1 + months, 1, -9)).toISOString();
  return {
    sort,
    language,
    when: past === 'yes' ? ('past' as const) : ('upcoming' as const),
    ...(q.trim() === '' ? {} : { q: q.trim() }),
    ...(category === '' ? {} : { category }),
    ...(month === '' ? {} : { from: start(0), to: start(1) }),
  };
}
