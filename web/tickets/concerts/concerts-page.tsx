import { useEffect, useState } from 'react';
import { call } from '../../shared/api/call.ts';
import { useList } from '../../shared/api/use-list.ts';
import { useFormats, useLanguage } from '../../shared/i18n/use-text.ts';
import { Icon } from '../../shared/ui/icon.tsx';
import { PageHeading } from '../../shared/ui/page-heading.tsx';
import { PagedList } from '../../shared/ui/paged-list.tsx';
import { categoryName, useShopText } from '../messages/shop.ts';
import { ConcertCard } from './concert-card.tsx';
import {
  CATEGORIES,
  type ConcertFilter,
  SORTS,
  type Sort,
  toQuery,
  useConcertFilter,
} from './concert-filter.ts';
import { NextOpening, useOpenings } from './next-opening.tsx';
import { Rankings, useRankings } from './rankings.tsx';

/** Typing rests for so long before it is searched for. */
const TYPING_MS = 250;
const MONTHS_SHOWN = 14;
/** What remains goes down while one looks. */
const REFRESH_MS = 15_000;

export function ConcertsPage() {
  const text = useShopText();
  const { filter, isNarrowed, change, clear } = useConcertFilter();
  const { isPending: isRanking, ...rankings } = useRankings();
  const openings = useOpenings();
  const isPending = isRanking || openings.isPending;
  return (
    <div className="stack-loose">
      <div className="hero">
        <div className="stack">
          <PageHeading title={text('headline')} />
          <p className="hero-note">{text('headlineNote')}</p>
        </div>
        <NextOpening {...openings} />
      </div>
      {!isPending && <Rankings {...rankings} />}
      {/* Shown when it is known where it begins, so that it does not jump from under a finger. */}
      <section className={isPending ? 'stack unseen' : 'stack'} aria-labelledby="concerts-heading">
        <h2 id="concerts-heading">{text('concerts')}</h2>
        <FilterBar filter={filter} change={change} />
        <ConcertList filter={filter} onClear={isNarrowed ? clear : undefined} />
      </section>
    </div>
  );
}

type FilterBarProps = {
  readonly filter: ConcertFilter;
  readonly change: (changed: Partial<ConcertFilter>) => void;
};

const SORT_TEXTS = {
  date: 'sortDate',
  popularity: 'sortPopularity',
  newest: 'sortNewest',
  title: 'sortTitle',
} as const;

function FilterBar({ filter, change }: FilterBarProps) {
  const text = useShopText();
  return (
    <div className="filter-bar" role="search">
      <SearchField value={filter.q} onSearch={(q) => change({ q })} />
      <MonthField value={filter.month} onChange={(month) => change({ month })} />
      <select
        className="input"
        aria-label={text('sort')}
        value={filter.sort}
        onChange={({ target }) => change({ sort: target.value as Sort })}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {text(SORT_TEXTS[sort])}
          </option>
        ))}
      </select>
      <div className="chips filter-categories" role="group" aria-label={text('category')}>
        {['', ...CATEGORIES].map((category) => (
          <button
            key={category}
            type="button"
            className="chip"
            aria-pressed={filter.category === category}
            onClick={() => change({ category })}
          >
            {category === '' ? text('allCategories') : categoryName(text, category)}
          </button>
        ))}
        <button
          type="button"
          className="chip"
          aria-pressed={filter.past === 'yes'}
          onClick={() => change({ past: filter.past === 'yes' ? '' : 'yes' })}
        >
          {text('pastConcerts')}
        </button>
      </div>
    </div>
  );
}

function SearchField({
  value,
  onSearch,
}: {
  readonly value: string;
  readonly onSearch: (q: string) => void;
}) {
  const text = useShopText();
  const [typed, setTyped] = useState(value);
  const [searched, setSearched] = useState(value);
  // Changed from elsewhere, such as by clearing the filters: what is typed here follows.
  if (value !== searched) {
    setSearched(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === searched) return undefined;
    const timer = setTimeout(() => {
      setSearched(typed);
      onSearch(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, searched, onSearch]);
  return (
    <div className="search-field">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        maxLength={100}
        placeholder={text('search')}
        aria-label={text('search')}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

function MonthField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (month: string) => void;
}) {
  const text = useShopText();
  const formats = useFormats();
  const [now] = useState(() => new Date());
  const months = Array.from({ length: MONTHS_SHOWN }, (_, ahead) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1, 12));
    return { value: month.toISOString().slice(0, 7), label: formats.month(month.getTime()) };
  });
  return (
    <select
      className="input"
      aria-label={text('month')}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">{text('allMonths')}</option>
      {months.map((month) => (
        <option key={month.value} value={month.value}>
          {month.label}
        </option>
      ))}
    </select>
  );
}

type ConcertListProps = { readonly filter: ConcertFilter; readonly onClear: (() => void) | undefined };

function ConcertList({ filter, onClear }: ConcertListProps) {
  const language = useLanguage();
  const query = toQuery(filter, language);
  const concerts = useList(
    ['concerts', query],
    (page) => call('listConcerts', { ...page, query: { ...query, ...page.query } }),
    { limit: 24, keepsPrevious: true, refreshMs: REFRESH_MS },
  );
  return (
    <>
      {concerts.data && (
        <Found count={concerts.data.length} hasMore={concerts.hasNextPage} onClear={onClear} />
      )}
      <PagedList list={concerts} empty={null}>
        {(items) => (
          <ul className="concert-grid">
            {items.map((concert) => (
              <ConcertCard key={concert.id} concert={concert} />
            ))}
          </ul>
        )}
      </PagedList>
    </>
  );
}

type FoundProps = {
  readonly count: number;
  readonly hasMore: boolean;
  readonly onClear: (() => void) | undefined;
};

function Found({ count, hasMore, onClear }: FoundProps) {
  const text = useShopText();
  return (
    <p className="quiet figures" role="status">
      {count === 0
        ? text(onClear ? 'nothingFound' : 'nothingYet')
        : text(hasMore ? 'foundMore' : 'found', { count })}
      {onClear && (
        <button type="button" className="button button-plain" onClick={onClear}>
          {text('clearFilter')}
        </button>
      )}
    </p>
  );
}
