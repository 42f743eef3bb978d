import type { Clock } from '../../kernel/clock.ts';
import { isUuid } from '../../kernel/ids.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import { type Document, toDocument, toVersionedDocument } from '../../platform/http/conditional.ts';
import { decodeCursor, FOREIGN_CURSOR, toPage } from '../../platform/http/cursor.ts';
import type { Page } from '../../platform/http/schemas.ts';
import type { ConcertQueryString } from './contract.ts';
import type { KnownPlan } from './known-plans.ts';
import type { KnownSales } from './known-sales.ts';
import type { CatalogueReader, ConcertQuery } from './ports.ts';
import type { Presenting } from './presenting.ts';
import type { RemainingSeats } from './remaining-seats.ts';
import type { SeatQueryString, SeatView } from './seat-contract.ts';
import type { SeatMap } from './seat-map.ts';
import type { SeatMaps } from './seat-maps.ts';
import { concertSummary, seatView } from './views.ts';

export type ReadingDeps = {
  readonly reader: CatalogueReader;
  readonly known: KnownSales;
  readonly seatMaps: SeatMaps;
  readonly remaining: RemainingSeats;
  readonly presenting: Presenting;
  readonly clock: Clock;
};

/** What visitors see. */
export type Reading = {
  concerts(query: ConcertQueryString): Promise<Result<Document, 'invalid_request'>>;
  concert(id: string): Promise<Result<Document, 'concert_not_found'>>;
  performance(id: string): Promise<Result<Document, 'performance_not_found'>>;
  /** One more than `limit` is not needed: the whole map is at hand. */
  seats(
    id: string,
    query: SeatQueryString,
  ): Promise<Result<Page<SeatView>, 'performance_not_found' | 'invalid_request'>>;
  plan(planHash: string): Promise<Result<KnownPlan, 'seat_plan_not_found'>>;
};

const DEFAULT_LIMIT = 20;

export function createReading(deps: ReadingDeps): Reading {
  const { known, seatMaps, presenting } = deps;
  return {
    concerts: (query) => listConcerts(deps, query),
    async concert(id) {
      const view = await presenting.concert(id);
      return view ? ok(toVersionedDocument(view)) : refuse('concert_not_found');
    },
    async performance(id) {
      const view = await presenting.performance(id);
      return view ? ok(toVersionedDocument(view)) : refuse('performance_not_found');
    },
    async seats(id, query) {
      const map = await seatMaps.get(id);
      return map ? listSeats(map, query) : refuse('performance_not_found');
    },
    async plan(planHash) {
      const found = await known.plans.get(planHash);
      return found ? ok(found) : refuse('seat_plan_not_found');
    },
  };
}

async function listConcerts(
  { reader, known, remaining, clock }: ReadingDeps,
  query: ConcertQueryString,
): Promise<Result<Document, 'invalid_request'>> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const sort = query.sort ?? 'date';
  const after = query.cursor === undefined ? undefined : readConcertKey(query.cursor, sort);
  if (after === null) return FOREIGN_CURSOR;
  const load = async (): Promise<Document> => {
    const rows = await reader.concerts({
      text: query.q,
      category: query.category,
      sellerId: query.sellerId,
      from: toMs(query.from),
      to: toMs(query.to),
      sort,
      now: clock.now(),
      rows: limit + 1,
      after,
    });
    const free = await remaining.of(rows.flatMap(({ selling }) => selling));
    return toDocument(
      toPage(
        rows,
        limit,
        (row) => row.key,
        (row) => concertSummary(row, free),
      ),
    );
  };
  const document = await known.list(JSON.stringify([query, limit, sort]), load);
  return document ? ok(document) : FOREIGN_CURSOR;
}

const toMs = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);

/** @returns null for what is no cursor of a list in this order */
function readConcertKey(cursor: string, sort: ConcertQuery['sort']): ConcertQuery['after'] | null {
  const [value, id] = decodeCursor(cursor, [sort === 'title' ? 'string' : 'number', 'string']) ?? [];
  return value !== undefined && typeof id === 'string' && isUuid(id) ? [value, id] : null;
}

function listSeats(map: SeatMap, query: SeatQueryString): Result<Page<SeatView>, 'invalid_request'> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const key = query.cursor === undefined ? [-1] : decodeCursor(query.cursor, ['number']);
  const after = key?.[0];
  // A made-up cursor far below zero would be counted up from, seat by seat that there is not.
  if (typeof after !== 'number' || after < -1) return FOREIGN_CURSOR;
  const found: SeatView[] = [];
  for (let seatNo = after + 1; seatNo < map.plan.capacity && found.length <= limit; seatNo++) {
    if (matches(map, seatNo, query)) found.push(seatView(map, seatNo));
  }
  return ok(
    toPage(
      found,
      limit,
      (seat) => [seat.seatNo],
      (seat) => seat,
    ),
  );
}

function matches(map: SeatMap, seatNo: number, { status, grade, section }: SeatQueryString): boolean {
  const seat = map.plan.seats[seatNo];
  return (
    seat !== undefined &&
    (status === undefined || map.statusOf(seatNo) === status) &&
    (grade === undefined || seat.grade === grade) &&
    (section === undefined || seat.section === section)
  );
}
