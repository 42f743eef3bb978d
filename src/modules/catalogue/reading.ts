import type { Clock } from '../../kernel/clock.ts';
import { isUuid } from '../../kernel/ids.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { type Document, toDocument, toVersionedDocument } from '../../platform/http/conditional.ts';
import { decodeCursor, FOREIGN_CURSOR, toPage } from '../../platform/http/cursor.ts';
import type { Page } from '../../platform/http/schemas.ts';
import { isManager } from './actor.ts';
import type { ConcertQueryString, ConcertSummary, OwnConcertsQuery } from './contract.ts';
import type { KnownPlan } from './known-plans.ts';
import type { KnownSales } from './known-sales.ts';
import type { CatalogueReader, ConcertQuery, LiveSeats } from './ports.ts';
import type { Presenting } from './presenting.ts';
import { publicFrom, type Viewer } from './publication.ts';
import { maySee, sees } from './sight.ts';
import { readTakings } from './takings.ts';
import { concertSummary } from './views.ts';

export type ReadingDeps = {
  readonly reader: CatalogueReader;
  readonly known: KnownSales;
  readonly seats: Pick<LiveSeats, 'free'>;
  readonly presenting: Presenting;
  readonly clock: Clock;
};

/** What visitors see. */
export type Reading = {
  concerts(query: ConcertQueryString): Promise<Result<Document, 'invalid_request'>>;
  /** A seller's own, drafts and hidden ones among them; all of them for managers. */
  ownConcerts(
    query: OwnConcertsQuery,
    principal: Principal,
  ): Promise<Result<Page<ConcertSummary>, 'invalid_request'>>;
  takings(concertId: string, principal: Principal): ReturnType<typeof readTakings>;
  concert(id: string, viewer: Viewer): Promise<Result<Document, 'concert_not_found'>>;
  performance(id: string, viewer: Viewer): Promise<Result<Document, 'performance_not_found'>>;
  plan(planHash: string): Promise<Result<KnownPlan, 'seat_plan_not_found'>>;
};

const DEFAULT_LIMIT = 20;

export function createReading(deps: ReadingDeps): Reading {
  const { known, presenting } = deps;
  return {
    concerts: (query) => listConcerts(deps, query),
    takings: (concertId, principal) => readTakings(deps, concertId, principal),
    ownConcerts: (query, principal) => listOwnConcerts(deps, query, principal),
    async concert(id, viewer) {
      const found = await known.concert(id);
      const isSeen =
        found &&
        (await sees(deps, viewer, {
          sellerId: found.concert.sellerId,
          publicFrom: publicFrom(found.concert),
          performanceIds: found.performanceIds,
        }));
      const view = isSeen ? await presenting.concert(id) : undefined;
      return view ? ok(toVersionedDocument(view)) : refuse('concert_not_found');
    },
    async performance(id, viewer) {
      const view = (await maySee(deps, id, viewer)) ? await presenting.performance(id) : undefined;
      return view ? ok(toVersionedDocument(view)) : refuse('performance_not_found');
    },
    async plan(planHash) {
      const found = await known.plans.get(planHash);
      return found ? ok(found) : refuse('seat_plan_not_found');
    },
  };
}

async function listOwnConcerts(
  { reader, seats, clock }: ReadingDeps,
  { limit = DEFAULT_LIMIT, cursor }: OwnConcertsQuery,
  principal: Principal,
): Promise<Result<Page<ConcertSummary>, 'invalid_request'>> {
  const after = cursor === undefined ? undefined : readConcertKey(cursor, 'newest');
  if (after === null) return FOREIGN_CURSOR;
  const now = clock.now();
  const sellerId = isManager(principal) ? undefined : principal.accountId;
  const rows = await reader.concerts({
    sellerId,
    withUnpublished: true,
    sort: 'newest',
    now,
    rows: limit + 1,
    after,
  });
  const free = await seats.free(rows.flatMap(({ selling }) => selling));
  return ok(
    toPage(
      rows,
      limit,
      (row) => row.key,
      (row) => concertSummary(row, free, now),
    ),
  );
}

async function listConcerts(
  { reader, known, seats, clock }: ReadingDeps,
  query: ConcertQueryString,
): Promise<Result<Document, 'invalid_request'>> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const sort = query.sort ?? 'date';
  const after = query.cursor === undefined ? undefined : readConcertKey(query.cursor, sort);
  if (after === null) return FOREIGN_CURSOR;
  const load = async (): Promise<Document> => {
    const now = clock.now();
    const rows = await reader.concerts({
      text: query.q,
      category: query.category,
      sellerId: query.sellerId,
      when: query.when,
      status: query.status,
      language: query.language,
      from: toMs(query.from),
      to: toMs(query.to),
      sort,
      now,
      rows: limit + 1,
      after,
    });
    const free = await seats.free(rows.flatMap(({ selling }) => selling));
    return toDocument(
      toPage(
        rows,
        limit,
        (row) => row.key,
        (row) => concertSummary(row, free, now),
      ),
    );
  };
  const { q, cursor, sellerId, from, to } = query;
  const isFirstPage = [q, cursor, sellerId, from, to].every((part) => part === undefined);
  const key = JSON.stringify([query, limit, sort]);
  const document = await known.list(isFirstPage ? 'first-page' : 'search', key, load);
  return document ? ok(document) : FOREIGN_CURSOR;
}

const toMs = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);

/** @returns null for what is no cursor of a list in this order */
function readConcertKey(cursor: string, sort: ConcertQuery['sort']): ConcertQuery['after'] | null {
  const [value, id] = decodeCursor(cursor, [sort === 'title' ? 'string' : 'number', 'string']) ?? [];
  return value !== undefined && typeof id === 'string' && isUuid(id) ? [value, id] : null;
}
