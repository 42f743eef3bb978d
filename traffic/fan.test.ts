import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buy, type Fan, findSeats, freeSeats, standInLine } from './fan.ts';
import type { Answer, ApiRequest } from './requests.ts';

const answer = (status: number, body: object = {}): Answer => ({ status, body: { ...body } });

/** A fan who gets these answers in turn, and notes what was asked and how long was waited. */
function fanWith(...answers: Answer[]) {
  const log: (string | number)[] = [];
  const fan: Fan = {
    send<T>({ step = '' }: ApiRequest<T>) {
      log.push(step);
      const next = answers.shift() ?? assert.fail(`nobody expected to ${step}`);
      return Promise.resolve(next as Answer<T>);
    },
    pause(ms) {
      log.push(ms);
      return Promise.resolve();
    },
  };
  return { fan, log };
}

const waiting = answer(200, { status: 'waiting', pollAfterMs: 70 });

describe('in line', () => {
  test('a fan joins once and asks when told to, until admitted', async () => {
    const { fan, log } = fanWith(
      answer(201, { pollAfterMs: 5 }),
      waiting,
      answer(200, { status: 'admitted', pass: 'p' }),
    );
    assert.deepEqual(await standInLine(fan, 'one'), { kind: 'admitted', pass: 'p' });
    assert.deepEqual(log, ['join', 5, 'poll', 70, 'poll']);
  });

  test('what is overloaded is asked again, a join too', async () => {
    const { fan, log } = fanWith(answer(503), answer(201), answer(503), answer(200, { soldOut: true }));
    assert.deepEqual(await standInLine(fan, 'one'), { kind: 'sold-out' });
    assert.deepEqual(log, ['join', 2_000, 'join', 2_000, 'poll', 2_000, 'poll']);
  });

  test('somebody told that all seats are spoken for waits a while for one that comes back', async () => {
    const spokenFor = answer(200, { status: 'waiting', pollAfterMs: 6_000, seatsSpokenFor: true });
    const { fan, log } = fanWith(
      answer(201, { pollAfterMs: 5 }),
      spokenFor,
      waiting,
      spokenFor,
      spokenFor,
      spokenFor,
    );
    assert.deepEqual(await standInLine(fan, 'one'), { kind: 'sold-out' });
    assert.deepEqual(log.slice(3), [6_000, 'poll', 70, 'poll', 6_000, 'poll', 6_000, 'poll']);
  });

  test('a refusal ends the wait', async () => {
    const refusal = answer(409, { code: 'room_closed' });
    const { fan } = fanWith(answer(201), refusal);
    assert.deepEqual(await standInLine(fan, 'one'), { kind: 'refused', answer: refusal });
  });
});

describe('seats', () => {
  const search = (choices: string[][]) => ({
    performanceId: 'one',
    triesMax: 3,
    choose: () => Promise.resolve(choices.shift() ?? []),
  });

  test('others are tried where somebody was faster', async () => {
    const { fan } = fanWith(answer(409), answer(201, { id: 'r' }));
    const end = await findSeats(fan, search([['A-1-1'], ['A-1-2']]));
    assert.deepEqual(end, { kind: 'held', reservationId: 'r', seatIds: ['A-1-2'] });
  });

  test('the search ends without a pass, without a free seat, and after some tries', async () => {
    const seats = () => search([['a'], ['b'], ['c'], ['d']]);
    assert.equal((await findSeats(fanWith(answer(403)).fan, seats())).kind, 'no-pass');
    assert.equal((await findSeats(fanWith().fan, search([]))).kind, 'sold-out');
    const { fan } = fanWith(answer(409), answer(409), answer(409));
    assert.equal((await findSeats(fan, seats())).kind, 'gave-up');
  });

  test('what is free is read from the map by number', () => {
    assert.deepEqual(freeSeats({ status: 200, body: { state: '01020' } }), [0, 2, 4]);
    assert.deepEqual(freeSeats({ status: 503, body: {} }), []);
  });
});

test('a reservation is charged for and paid; what costs nothing is not charged', async () => {
  const { fan, log } = fanWith(answer(201), answer(201), answer(402));
  assert.equal(await buy(fan, 'r', 100), true);
  assert.equal(await buy(fan, 'r', 0), false);
  assert.deepEqual(log, ['charge', 'pay', 'pay']);
});
