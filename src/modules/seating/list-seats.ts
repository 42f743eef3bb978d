import { ok, type Result } from '../../kernel/result.ts';
import { decodeCursor, FOREIGN_CURSOR, toPage } from '../../platform/http/cursor.ts';
import type { Page } from '../../platform/http/schemas.ts';
import { plannedSeat } from '../catalogue/index.ts';
import type { SeatQueryString, SeatView } from './contract.ts';
import type { SeatMap } from './seat-map.ts';

const DEFAULT_LIMIT = 20;

/** Seats with place and state. One more than `limit` is not needed: the whole map is at hand. */
export function listSeats(map: SeatMap, query: SeatQueryString): Result<Page<SeatView>, 'invalid_request'> {
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

function seatView(map: SeatMap, seatNo: number): SeatView {
  return { ...plannedSeat(map.plan, seatNo), status: map.statusOf(seatNo) };
}
