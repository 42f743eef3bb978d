import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTestHub, Listener } from '../../../test/support/live.ts';
import { seatsAt } from '../../../test/support/seat-distances.ts';
import { smallPlan } from '../../../test/support/seat-plans.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import type { SeatStatus } from '../catalogue/index.ts';
import { expandPlan } from '../catalogue/plan-seats.ts';
import type { SeatDelta, SeatMapView } from './contract.ts';
import type { SeatEvent } from './seat-events.ts';
import { SeatMap } from './seat-map.ts';

const plan = expandPlan(smallPlan);
const CODES: Readonly<Record<SeatStatus, string>> = { free: '0', held: '1', sold: '2' };
/** Longer than changes are gathered. */
const LATER_MS = 1_000;

/** The seats of one performance as one process has them. */
function createInstance(clock: ManualClock): SeatMap {
  const topic = createTestHub({ clock }).open('seats', { version: 0 });
  return new SeatMap({ performanceId: 'p', planHash: 'hash', plan, holds: [], version: 0, topic, clock });
}

/** Somebody who has the map of one process, and goes on with the changes that another one tells. */
class Reader {
  readonly listener = new Listener();
  readonly #state: string[];

  private constructor(state: string) {
    this.#state = state.split('');
  }

  static async from(one: SeatMap, other: SeatMap): Promise<Reader> {
    const { bytes } = await one.snapshot().body.encode('identity');
    const { version, state } = JSON.parse(Buffer.from(bytes).toString()) as SeatMapView;
    const reader = new Reader(state);
    other.topic.subscribe(reader.listener, { version });
    return reader;
  }

  get state(): string {
    for (const text of this.listener.texts) {
      const delta = JSON.parse(text) as SeatDelta;
      for (const status of ['free', 'held', 'sold'] as const)
        for (const seatNo of seatsAt(delta[status])) this.#state[seatNo] = CODES[status];
    }
    return this.#state.join('');
  }
}

const stateOf = (map: SeatMap) => plan.seats.map((_, seatNo) => CODES[map.statusOf(seatNo)]).join('');

/** What happens to seats, in rows of the store: the events of a row share its position. */
function toRows(wanted: readonly (readonly number[])[]): readonly (readonly SeatEvent[])[] {
  const seats = plan.seats.map((): { epoch: number; status: SeatStatus } => ({ epoch: 0, status: 'free' }));
  return wanted.map((seatNos, index) =>
    [...new Set(seatNos)].map((seatNo) => {
      const seat = seats[seatNo]!;
      if (seat.status === 'free') seat.epoch += 1;
      seat.status = seat.status === 'free' ? 'held' : seat.status === 'held' ? 'sold' : 'free';
      const { epoch, status } = seat;
      return { position: index + 1, performanceId: 'p', seatNos: [seatNo], epoch, status };
    }),
  );
}

const rowsArbitrary = fc
  .array(fc.array(fc.nat(plan.capacity - 1), { minLength: 1, maxLength: 4 }), { maxLength: 40, size: 'max' })
  .map(toRows);
const stepsArbitrary = fc.array(
  fc.constantFrom('one hears', 'other hears', 'time passes', 'somebody comes'),
  {
    maxLength: 120,
    size: 'max',
  },
);

test('a map of one process goes on with the changes of another, also where holds share a position', async () => {
  let wentOn = 0;
  await fc.assert(
    fc.asyncProperty(rowsArbitrary, stepsArbitrary, async (rows, steps) => {
      const clock = createManualClock();
      const [one, other] = [createInstance(clock), createInstance(clock)];
      const left = new Map([one, other].map((map) => [map, [...rows]]));
      const readers: Reader[] = [];
      const hear = (map: SeatMap) => {
        for (const event of left.get(map)!.shift() ?? []) map.apply(event);
      };
      for (const step of steps) {
        if (step === 'one hears') hear(one);
        else if (step === 'other hears') hear(other);
        else if (step === 'time passes') await clock.advance(LATER_MS);
        else readers.push(await Reader.from(one, other));
      }
      while (left.get(other)!.length > 0) hear(other);
      await clock.advance(LATER_MS);
      for (const reader of readers.filter(({ listener }) => listener.recovered === true)) {
        wentOn += 1;
        assert.equal(reader.state, stateOf(other));
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(wentOn > 100, `${wentOn} went on`);
});

test('events of one position that were told apart would be lost, so that a feed gives them out at once', async () => {
  const clock = createManualClock();
  const [one, other] = [createInstance(clock), createInstance(clock)];
  const [[first, second] = []] = toRows([[3, 7]]);
  one.apply(first!);
  await clock.advance(LATER_MS);
  const early = await Reader.from(one, other);
  for (const event of [first!, second!]) other.apply(event);
  await clock.advance(LATER_MS);
  const late = await Reader.from(one, other);
  assert.deepEqual([early.listener.recovered, late.listener.recovered], [false, true]);
  assert.notEqual(late.state, stateOf(other), 'half of a position passes for all of it');
});
