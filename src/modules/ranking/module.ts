import type { Clock } from '../../kernel/clock.ts';
import type { ReadCache, ReadCacheOptions } from '../../platform/cache/read-cache.ts';
import type { DurableConsumer } from '../../platform/events/event.ts';
import { type Document, toDocument } from '../../platform/http/conditional.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { createRankingConsumer } from './consumers.ts';
import type { FastestQuery, FastestView, SellingNowQuery, SellingNowView } from './contract.ts';
import { rankingRoutes } from './http.ts';
import type { RankedPerformance, RankingStore, RemainingReader } from './ports.ts';

export type RankingDeps = {
  readonly store: RankingStore;
  /** Tells which of these performances has how many free seats. */
  readonly remaining: RemainingReader;
  readonly createCache: (options: ReadCacheOptions<Document>) => ReadCache<Document>;
  readonly clock: Clock;
};

export type Ranking = {
  /** What sold most in the last minutes. */
  sellingNow(query: SellingNowQuery): Promise<Document>;
  /** What was sold out soonest after its opening. */
  fastestSoldOut(query: FastestQuery): Promise<Document>;
  /** Subscribe it to the event log. */
  readonly consumer: DurableConsumer;
  /** Throws the read model away; the consumer fills it again from the first event on. */
  rebuild(): Promise<void>;
  routes(server: HttpServer): void;
};

const MINUTE_MS = 60_000;

/** The rankings, read from what the consumer has counted. Each is asked of the database once a second at most. */
export function createRanking({ store, remaining, createCache, clock }: RankingDeps): Ranking {
  const cache = createCache({
    name: 'rankings',
    isShared: true,
    ttlMs: 1_000,
    staleMs: 5_000,
    missingTtlMs: 0,
    maxEntries: 200,
    maxMissing: 1,
    maxLoads: 50,
    maxGuesses: 50,
  });
  const read = async (key: string, load: () => Promise<object>): Promise<Document> => {
    const document = await cache.get(key, async () => toDocument(await load()));
    return document ?? toDocument({ items: [], nextCursor: null });
  };
  const ranking: Omit<Ranking, 'routes'> = {
    sellingNow: ({ minutes = 10, limit = 10 }) =>
      read(`selling-now ${minutes} ${limit}`, () =>
        sellingNow({ store, remaining }, clock.now() - minutes * MINUTE_MS, limit),
      ),
    fastestSoldOut: ({ limit = 10 }) =>
      read(`fastest-sold-out ${limit}`, () => fastestSoldOut({ store, remaining }, limit)),
    consumer: createRankingConsumer(store),
    rebuild: () => store.reset(),
  };
  return { ...ranking, routes: (server) => rankingRoutes(server, ranking) };
}

type Sources = Pick<RankingDeps, 'store' | 'remaining'>;

async function sellingNow(
  { store, remaining }: Sources,
  since: number,
  limit: number,
): Promise<SellingNowView> {
  const rows = await store.sellingNow(since, limit);
  const free = await freeSeats(remaining, rows);
  const items = rows.map((row, i) => ({ ...rankedView(row, i, free), soldInWindow: row.soldInWindow }));
  return { items, nextCursor: null };
}

async function fastestSoldOut({ store, remaining }: Sources, limit: number): Promise<FastestView> {
  const rows = await store.fastestSoldOut(limit);
  const free = await freeSeats(remaining, rows);
  const items = rows.map((row, i) => ({
    ...rankedView(row, i, free),
    soldOutAt: new Date(row.soldOutAt).toISOString(),
    soldOutAfterMs: row.soldOutAt - row.opensAt,
  }));
  return { items, nextCursor: null };
}

function freeSeats(remaining: RemainingReader, rows: readonly RankedPerformance[]) {
  return remaining.of(rows.map(({ performanceId: id, capacity }) => ({ id, capacity })));
}

function rankedView(row: RankedPerformance, index: number, free: ReadonlyMap<string, number>) {
  return {
    rank: index + 1,
    performanceId: row.performanceId,
    concertId: row.concertId,
    title: row.title,
    titleEn: row.titleEn,
    artist: row.artist,
    artistEn: row.artistEn,
    venue: row.venue,
    venueEn: row.venueEn,
    timeZone: row.timeZone,
    startsAt: new Date(row.startsAt).toISOString(),
    opensAt: new Date(row.opensAt).toISOString(),
    capacity: row.capacity,
    sold: row.sold,
    remainingTotal: free.get(row.performanceId) ?? 0,
  };
}
