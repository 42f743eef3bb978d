import type { HoldOutcome, HoldRefusal, HoldRequest } from './ports.ts';

/** A request on its way to a decision. */
export type Hold = {
  readonly request: HoldRequest;
  decide(outcome: HoldOutcome): void;
  fail(error: unknown): void;
};

/** A hold that stands in the lines of its seats and its person. */
export type LinedHold = {
  readonly hold: Hold;
  readonly arrival: number;
  /** All that arrived up to this one were there when the hold was put to the store. */
  sentAt: number;
  blockedBy: number;
  places: readonly Place[];
};

type Place = {
  readonly hold: LinedHold;
  readonly line: Line;
  before: Place | undefined;
  behind: Place | undefined;
};

/** `seatNo` is undefined in the line of a person. */
type Line = { readonly seatNo: number | undefined; last: Place | undefined; remove(): void };

type PerformanceLines = { readonly seats: Map<number, Line>; readonly accounts: Map<string, Line> };

/**
 * Who came first, before the database is asked. There is a line for every wanted seat, and one for every
 * person in a performance (for the limit); a hold joins all of its lines in one step and is put to the
 * store when it is first in each. So no two holds that could collide are ever under way together, the
 * earlier is decided before the later, and twenty thousand on one seat cost one row in the database:
 * - Who stands behind a winner at a seat has lost.
 * - Where the store says that a seat is taken, all have lost who were in its line when it was asked. Who came
 *   while it was asked goes next: the seat may have been freed since.
 * - Likewise at the limit per person.
 * - Else the next in line has its turn.
 *
 * Joining, leaving and losing cost O(seats of the hold), whatever the length of the lines: they are doubly
 * linked lists, known by their last place.
 */
export type SeatLines = {
  /** @returns the hold, and whether it is first everywhere, so that it is to be sent now */
  join(hold: Hold): { readonly lined: LinedHold; readonly first: boolean };
  /** Notes that these holds are being put to the store now. */
  sent(holds: readonly LinedHold[]): void;
  /** Decides the hold and all that lose by it. @returns those whose turn has come, by arrival */
  settle(lined: LinedHold, outcome: HoldOutcome): readonly LinedHold[];
  /** As `settle`, for a hold that nothing is known of. */
  abandon(lined: LinedHold, error: unknown): readonly LinedHold[];
  /** Holds that are not decided yet. */
  readonly size: number;
};

export function createSeatLines(): SeatLines {
  const performances = new Map<string, PerformanceLines>();
  let arrivals = 0;
  let size = 0;

  const leave = (lined: LinedHold, ready: LinedHold[]): void => {
    size--;
    for (const place of lined.places) removePlace(place, ready);
  };
  const finish = (lined: LinedHold, ready: LinedHold[]): readonly LinedHold[] => {
    leave(lined, ready);
    // Those that lost on the way were freed of some lines, never of the one in which they lost.
    return ready.length > 1 ? ready.toSorted((a, b) => a.arrival - b.arrival) : ready;
  };

  return {
    join(hold) {
      const lined: LinedHold = { hold, arrival: ++arrivals, sentAt: 0, blockedBy: 0, places: [] };
      size++;
      lined.places = joinLines(performances, lined);
      return { lined, first: lined.blockedBy === 0 };
    },
    sent(holds) {
      for (const lined of holds) lined.sentAt = arrivals;
    },
    settle(lined, outcome) {
      const ready: LinedHold[] = [];
      for (const place of lined.places) {
        let next = place.behind;
        while (next !== undefined) {
          const loser = next.hold;
          next = next.behind;
          const refusal = lossOf(loser, lined, place.line.seatNo, outcome);
          if (refusal === undefined) continue;
          leave(loser, ready);
          loser.hold.decide(refusal);
        }
      }
      lined.hold.decide(outcome);
      return finish(lined, ready);
    },
    abandon(lined, error) {
      lined.hold.fail(error);
      return finish(lined, []);
    },
    get size() {
      return size;
    },
  };
}

/** How `later`, who stands behind `decided` in the line of a seat or a person, fares by its outcome. */
function lossOf(
  later: LinedHold,
  decided: LinedHold,
  seatNo: number | undefined,
  outcome: HoldOutcome,
): HoldRefusal | undefined {
  const { request } = later.hold;
  if (outcome.ok) {
    if (seatNo === undefined) return undefined;
    return { ok: false, code: 'seat_taken', seatNos: common(request.seatNos, outcome.value.seatNos) };
  }
  if (later.arrival > decided.sentAt) return undefined;
  if (outcome.code === 'limit_reached') {
    const over = outcome.seatsHad + request.seatNos.length > request.limitPerPerson;
    return seatNo === undefined && over ? outcome : undefined;
  }
  if (seatNo === undefined || !outcome.seatNos.includes(seatNo)) return undefined;
  return { ok: false, code: 'seat_taken', seatNos: common(request.seatNos, outcome.seatNos) };
}

function common(wanted: readonly number[], taken: readonly number[]): number[] {
  return wanted.filter((seatNo) => taken.includes(seatNo));
}

function joinLines(performances: Map<string, PerformanceLines>, hold: LinedHold): Place[] {
  const { performanceId, accountId, seatNos } = hold.hold.request;
  let lines = performances.get(performanceId);
  if (lines === undefined) {
    lines = { seats: new Map(), accounts: new Map() };
    performances.set(performanceId, lines);
  }
  const { seats, accounts } = lines;
  const places: Place[] = [];
  for (const seatNo of seatNos) {
    let line = seats.get(seatNo);
    if (line === undefined) {
      line = { seatNo, last: undefined, remove: () => seats.delete(seatNo) };
      seats.set(seatNo, line);
    }
    places.push(append(line, hold));
  }
  let line = accounts.get(accountId);
  if (line === undefined) {
    line = { seatNo: undefined, last: undefined, remove: () => accounts.delete(accountId) };
    accounts.set(accountId, line);
  }
  places.push(append(line, hold));
  return places;
}

function append(line: Line, hold: LinedHold): Place {
  const place: Place = { hold, line, before: line.last, behind: undefined };
  if (place.before !== undefined) {
    place.before.behind = place;
    hold.blockedBy++;
  }
  line.last = place;
  return place;
}

/** Closes the gap; anyone who becomes first is blocked by one line less. */
function removePlace(place: Place, ready: LinedHold[]): void {
  const { before, behind, line } = place;
  if (before !== undefined) before.behind = behind;
  if (behind === undefined) {
    line.last = before;
    if (before === undefined) line.remove();
    return;
  }
  behind.before = before;
  if (before === undefined && --behind.hold.blockedBy === 0) ready.push(behind.hold);
}
