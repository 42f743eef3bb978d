import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { HoldOutcome, HoldRequest } from './ports.ts';
import { createSeatLines, type LinedHold, type SeatLines } from './seat-lines.ts';

let lines: SeatLines;
let outcomes: Map<string, HoldOutcome | 'failed'>;

beforeEach(() => {
  lines = createSeatLines();
  outcomes = new Map();
});

type Wish = { readonly seats: readonly number[]; readonly account?: string; readonly performance?: string };

/** Somebody asks for seats; the name is that of the reservation, and of the person unless one is given. */
function ask(name: string, { seats, account = name, performance = 'p' }: Wish) {
  const request: HoldRequest = {
    reservationId: name,
    performanceId: performance,
    accountId: account,
    seatNos: seats,
    prices: seats.map(() => 0),
    amount: 0,
    holdTtlMs: 60_000,
    limitPerPerson: 4,
  };
  return lines.join({
    request,
    decide: (outcome) => void outcomes.set(name, outcome),
    fail: () => void outcomes.set(name, 'failed'),
  });
}

const namesOf = (ready: readonly LinedHold[]) => ready.map(({ hold }) => hold.request.reservationId);
const taken = (...seatNos: number[]): HoldOutcome => ({ ok: false, code: 'seat_taken', seatNos });

function won({ hold: { request } }: LinedHold): HoldOutcome {
  const { reservationId: id, seatNos } = request;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lines read only the seats of a winner
  return { ok: true, value: { id, seatNos } } as unknown as HoldOutcome;
}

/** Puts a hold to the store, which answers at once. */
function settle(lined: LinedHold, outcome: HoldOutcome): readonly string[] {
  lines.sent([lined]);
  return namesOf(lines.settle(lined, outcome));
}

describe('the lines of seats', () => {
  test('send who is alone at every seat, and let others wait for who came before', () => {
    assert.equal(ask('a', { seats: [1, 2] }).first, true);
    assert.equal(ask('b', { seats: [2, 3] }).first, false);
    assert.equal(ask('c', { seats: [4] }).first, true);
    assert.equal(ask('d', { seats: [3] }).first, false, 'b waits at seat 3 as well');
    assert.equal(lines.size, 4);
  });

  test('refuse anyone who waits for a seat of the winner, and send who waited for the loser', () => {
    const a = ask('a', { seats: [1, 2] }).lined;
    ask('b', { seats: [2, 3] });
    ask('c', { seats: [3] });
    assert.deepEqual(settle(a, won(a)), ['c']);
    assert.deepEqual(outcomes.get('b'), taken(2));
    assert.equal(outcomes.has('c'), false);
    assert.equal(lines.size, 1);
  });

  test('refuse who waited when the store was asked, and send who came since: the seat may be free again', () => {
    const a = ask('a', { seats: [1] }).lined;
    ask('before', { seats: [1] });
    lines.sent([a]);
    ask('since', { seats: [1] });
    assert.deepEqual(namesOf(lines.settle(a, taken(1))), ['since']);
    assert.deepEqual(outcomes.get('before'), taken(1));
  });

  test('send who waits for a seat that a loser would have had beside the taken one', () => {
    const a = ask('a', { seats: [1, 2] }).lined;
    ask('b', { seats: [2] });
    assert.deepEqual(settle(a, taken(1)), ['b']);
  });

  test('send those whose turn has come in the order of their arrival, whatever seats they wait for', () => {
    const a = ask('a', { seats: [1, 2, 3] }).lined;
    ask('third', { seats: [3] });
    ask('first', { seats: [1] });
    ask('second', { seats: [2] });
    assert.deepEqual(namesOf(lines.abandon(a, new Error('away'))), ['third', 'first', 'second']);
    assert.equal(outcomes.get('a'), 'failed');
  });

  test('are apart for each performance', () => {
    ask('a', { seats: [1], performance: 'p' });
    assert.equal(ask('b', { seats: [1], performance: 'q' }).first, true);
  });

  test('know nobody any more when all were decided', () => {
    const a = ask('a', { seats: [1] }).lined;
    assert.deepEqual(settle(a, won(a)), []);
    assert.equal(lines.size, 0);
    assert.equal(ask('b', { seats: [1] }).first, true);
  });
});

describe('the line of a person', () => {
  test('lets the second request wait for the first, and go on when that has won', () => {
    const a = ask('a', { seats: [1], account: 'minji' }).lined;
    assert.equal(ask('b', { seats: [2], account: 'minji' }).first, false);
    assert.deepEqual(settle(a, won(a)), ['b']);
  });

  test('refuses with the first what would exceed the limit too, and sends what would not', () => {
    const a = ask('a', { seats: [1, 2], account: 'minji' }).lined;
    ask('b', { seats: [3, 4], account: 'minji' });
    ask('c', { seats: [5], account: 'minji' });
    const refusal: HoldOutcome = { ok: false, code: 'limit_reached', seatsHad: 3 };
    assert.deepEqual(settle(a, refusal), ['c']);
    assert.deepEqual(outcomes.get('b'), refusal);
  });

  test('refuses nobody at a seat for the limit of somebody else', () => {
    const a = ask('a', { seats: [1], account: 'minji' }).lined;
    ask('b', { seats: [1], account: 'jisu' });
    assert.deepEqual(settle(a, { ok: false, code: 'limit_reached', seatsHad: 4 }), ['b']);
  });
});
