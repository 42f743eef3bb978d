import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { ReadCache, ReadCacheOptions } from '../../platform/cache/read-cache.ts';
import { eventGuard, type StoredEvent } from '../../platform/events/event.ts';
import type { Document } from '../../platform/http/conditional.ts';
import { catalogueEvents } from './contract.ts';
import { createKnownPlans, type KnownPlan, type KnownPlans } from './known-plans.ts';
import type { Concert, Performance } from './model.ts';
import type { CatalogueReader, OnSale } from './ports.ts';
import { toSalesTerms } from './sales-terms.ts';
import type { SalesTerms } from './terms.ts';

const isOfCatalogue = eventGuard(Object.values(catalogueEvents));

export type CreateReadCache = <V>(options: ReadCacheOptions<V>) => ReadCache<V>;

export type KnownPerformance = {
  readonly performance: Performance;
  readonly plan: KnownPlan;
  readonly terms: SalesTerms;
};

export type KnownConcert = {
  readonly concert: Concert;
  /** By date. */
  readonly performanceIds: readonly string[];
};

/**
 * What this process remembers of the catalogue. Events say what has changed, so that times to live only
 * bound how wrong it can be while events are held up.
 */
export type KnownSales = {
  readonly plans: KnownPlans;
  performance(id: string): KnownPerformance | undefined | Promise<KnownPerformance | undefined>;
  concert(id: string): KnownConcert | undefined | Promise<KnownConcert | undefined>;
  /** A page of the list, rendered; `key` names the query. What visitors searched for displaces no first page. */
  list(
    kind: 'first-page' | 'search',
    key: string,
    load: () => Promise<Document>,
  ): Document | undefined | Promise<Document | undefined>;
  /** Says what can be bought, or will be: it is there for honest visitors whatever others ask for. */
  expect(onSale: OnSale): void;
  concertChanged(concertId: string): void;
  performanceChanged(performanceId: string, concertId: string): void;
  onPerformanceChanged(hear: (performanceId: string) => void): void;
  /** Forgets what these events changed. */
  hear(events: readonly StoredEvent[]): void;
};

/** Made-up ids have little room, for a moment, and take none of what is on sale. */
const common = { missingTtlMs: 1_000, maxMissing: 1_000, maxLoads: 500, maxGuesses: 100 };
/** How long a record is fresh, and how long it may be shown while it is fetched again. */
const RECORD_MS = 30_000;

export function createKnownSales(
  reader: CatalogueReader,
  createCache: CreateReadCache,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): KnownSales {
  const performances = createCache<KnownPerformance>({
    ...common,
    name: 'performances',
    ttlMs: RECORD_MS,
    staleMs: RECORD_MS,
    maxEntries: 2_000,
    keeps: ({ performance }) => performance.closesAt > clock.now(),
  });
  const concerts = createCache<KnownConcert>({
    ...common,
    name: 'concerts',
    ttlMs: RECORD_MS,
    staleMs: RECORD_MS,
    maxEntries: 1_000,
  });
  // Each page is asked of the database once a second at most, however many visitors there are. What remains
  // changes all the time, so that an old page is given out for a moment only.
  const pages = { ...common, ttlMs: 1_000, staleMs: 2_000, maxEntries: 500, isShared: true };
  const lists = {
    'first-page': createCache<Document>({ ...pages, name: 'lists' }),
    search: createCache<Document>({ ...pages, name: 'searches' }),
  };
  const plans = createKnownPlans(
    reader,
    createCache({ ...common, name: 'plans', ttlMs: 3_600_000, staleMs: 3_600_000, maxEntries: 32 }),
  );
  // Part of the key of every list, so that one step forgets them all; the old ones age out. Named after the last event,
  // it is the same in every instance that has heard of it.
  let listGeneration = '';

  const listeners: ((performanceId: string) => void)[] = [];
  const concertChanged = (concertId: string) => {
    listGeneration = ids.next();
    void concerts.invalidate(concertId);
    concerts.expect([concertId]);
  };
  const performanceChanged = (performanceId: string, concertId: string) => {
    void performances.invalidate(performanceId);
    performances.expect([performanceId]);
    for (const hear of listeners) hear(performanceId);
    concertChanged(concertId);
  };

  return {
    plans,
    performance: (id) => performances.get(id, () => loadPerformance(reader, plans, id)),
    concert: (id) => concerts.get(id, () => loadConcert(reader, id)),
    list: (kind, key, load) => lists[kind].get(`${listGeneration}:${key}`, load),
    expect({ performanceIds, concertIds }) {
      performances.expect(performanceIds);
      concerts.expect(concertIds);
    },
    concertChanged,
    performanceChanged,
    onPerformanceChanged: (hear) => void listeners.push(hear),
    hear(events) {
      for (const event of events) {
        if (!isOfCatalogue(event)) continue;
        if (event.type === 'concert.changed') concertChanged(event.data.concertId);
        else performanceChanged(event.data.performanceId, event.data.concertId);
        listGeneration = String(event.position);
      }
    },
  };
}

/** The plan may be changed between reading the performance and reading the plan; not time and again. */
const PLAN_READS_MAX = 3;

async function loadPerformance(
  reader: CatalogueReader,
  plans: KnownPlans,
  id: string,
): Promise<KnownPerformance | undefined> {
  let planHash: string | undefined;
  for (let read = 0; read < PLAN_READS_MAX; read++) {
    const performance = await reader.performance(id);
    if (!performance) return undefined;
    planHash = performance.stage.planHash;
    const plan = await plans.get(planHash);
    if (plan) return { performance, plan, terms: toSalesTerms(performance, plan.seats) };
  }
  throw new Error(`performance ${id} names the plan ${planHash}, which is gone`);
}

async function loadConcert(reader: CatalogueReader, id: string): Promise<KnownConcert | undefined> {
  const concert = await reader.concert(id);
  if (!concert) return undefined;
  const performances = await reader.performancesOf(id);
  return { concert, performanceIds: performances.map((performance) => performance.id) };
}
