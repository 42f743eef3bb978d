import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seatsAt } from '../../../test/support/seat-distances.ts';
import { smallPlan } from '../../../test/support/seat-plans.ts';
import type { SeatStatus } from '../catalogue/model.ts';
import { expandPlan } from '../catalogue/plan-seats.ts';
import { SeatState } from './seat-state.ts';

const plan = expandPlan(smallPlan);
type Told = { readonly seatNo: number; readonly epoch: number; readonly status: SeatStatus };

const tell = (state: SeatState, { seatNo, epoch, status }: Told) => state.apply([seatNo], epoch, status);

/** Stories of the owners of each seat, in order: held, perhaps sold, perhaps given back; then the next. */
const stories: fc.Arbitrary<Told[]> = fc
  .array(
    fc.record({
      seatNo: fc.integer({ min: 0, max: plan.capacity - 1 }),
      ends: fc.constantFrom<SeatStatus[]>(
        ['held'],
        ['held', 'free'],
        ['held', 'sold'],
        ['held', 'sold', 'free'],
      ),
    }),
    { maxLength: 60 },
  )
  .map((owners) => {
    const epochs = new Map<number, number>();
    return owners.flatMap(({ seatNo, ends }) => {
      const epoch = (epochs.get(seatNo) ?? 0) + 1;
      epochs.set(seatNo, epoch);
      return ends.map((status) => ({ seatNo, epoch, status }));
    });
  });

function lastOf(told: readonly Told[]): string {
  const last = Array.from({ length: plan.capacity }, () => '0');
  for (const { seatNo, status } of told) last[seatNo] = { free: '0', held: '1', sold: '2' }[status];
  return last.join('');
}

describe('the state of seats', () => {
  test('begins with every seat free, by grade', () => {
    const state = new SeatState(plan, []);
    assert.equal(state.render(), '0'.repeat(20));
    assert.deepEqual(state.remaining, { VIP: 8, R: 12 });
    assert.deepEqual(state.availability, { free: 20, held: 0, sold: 0 });
    assert.equal(state.takeChanges(), undefined);
  });

  test('follows a seat from held to sold and back to free', () => {
    const state = new SeatState(plan, []);
    state.apply([0, 9], 1, 'held');
    assert.deepEqual(state.remaining, { VIP: 7, R: 11 });
    state.apply([0, 9], 1, 'sold');
    assert.deepEqual(state.availability, { free: 18, held: 0, sold: 2 });
    state.apply([0, 9], 1, 'free');
    assert.deepEqual(state.availability, { free: 20, held: 0, sold: 0 });
    assert.deepEqual(state.takeChanges(), { free: [0, 9], held: [], sold: [] });
  });

  test('tells changed seats by their distances, each status for itself', () => {
    const state = new SeatState(plan, []);
    state.apply([9, 4, 12], 1, 'held');
    state.apply([3, 19], 1, 'sold');
    assert.deepEqual(state.takeChanges(), { free: [], held: [4, 5, 3], sold: [3, 16] });
    assert.equal(state.takeChanges(), undefined);
  });

  test('a late lapse does not free a seat that another person has taken over', () => {
    const state = new SeatState(plan, []);
    state.apply([3], 1, 'held');
    state.apply([3], 2, 'held');
    state.apply([3], 1, 'free');
    assert.equal(state.statusOf(3), 'held');
    state.apply([3], 2, 'sold');
    assert.equal(state.statusOf(3), 'sold');
  });

  test('a seat that its owner gave back is not taken again by an old event', () => {
    const state = new SeatState(plan, [{ seatNo: 3, epoch: 4, status: 'free' }]);
    state.apply([3], 4, 'held');
    state.apply([3], 4, 'sold');
    assert.equal(state.statusOf(3), 'free');
  });

  test('comes to the same whatever the order and however often events come', () => {
    fc.assert(
      fc.property(
        stories.chain((told) =>
          fc.record({
            told: fc.constant(told),
            heard: fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }),
          }),
        ),
        ({ told, heard }) => {
          const state = new SeatState(plan, []);
          for (const one of heard) tell(state, one);
          assert.equal(state.render(), lastOf(told));
          const { free, held, sold } = state.availability;
          assert.equal(free + held + sold, plan.capacity);
          assert.equal(
            Object.values(state.remaining).reduce((sum, count) => sum + count, 0),
            free,
          );
        },
      ),
    );
  });

  test('loaded from the database in the middle of a story, it ends as if it had heard all of it', () => {
    fc.assert(
      fc.property(stories, fc.nat(), fc.nat(), (told, a, b) => {
        const [heardFrom, loadedAt] = [a % (told.length + 1), b % (told.length + 1)].toSorted(
          (x, y) => x - y,
        ) as [number, number];
        const rows = new Map<number, Told>();
        for (const one of told.slice(0, loadedAt)) rows.set(one.seatNo, one);
        const state = new SeatState(plan, [...rows.values()]);
        for (const one of told.slice(heardFrom)) tell(state, one);
        assert.equal(state.render(), lastOf(told));
      }),
    );
  });

  test('deltas bring a reader of an older state to the newer one', () => {
    fc.assert(
      fc.property(stories, fc.integer({ min: 1, max: 7 }), (told, step) => {
        const state = new SeatState(plan, []);
        const reader = state.render().split('');
        for (let i = 0; i < told.length; i += step) {
          for (const one of told.slice(i, i + step)) tell(state, one);
          const { free, held, sold } = state.takeChanges() ?? { free: [], held: [], sold: [] };
          for (const seatNo of seatsAt(free)) reader[seatNo] = '0';
          for (const seatNo of seatsAt(held)) reader[seatNo] = '1';
          for (const seatNo of seatsAt(sold)) reader[seatNo] = '2';
        }
        assert.equal(reader.join(''), state.render());
      }),
    );
  });

  test('an event for a seat that the plan does not have changes nothing', () => {
    const state = new SeatState(plan, [{ seatNo: 20, epoch: 1, status: 'sold' }]);
    state.apply([-1, 99], 1, 'held');
    assert.deepEqual(state.availability, { free: 20, held: 0, sold: 0 });
  });
});
