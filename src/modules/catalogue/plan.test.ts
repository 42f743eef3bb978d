import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { oneRunPerSeat, smallPlan, validPlans } from '../../../test/support/seat-plans.ts';
import { checkPlan, checkStages } from './plan-check.ts';
import { compactPlan, hashPlan } from './plan-compact.ts';
import type { PlanRun, SeatPlan } from './plan-format.ts';
import { numberOf, positionOf } from './plan-geometry.ts';
import { countSeats, expandPlan } from './plan-seats.ts';

const run = (more: Partial<PlanRun>): PlanRun => ({ grade: 'R', first: 1, count: 1, at: [0, 0], ...more });

function planOf(...runs: PlanRun[]): SeatPlan {
  return { sections: [{ id: 'A', rows: [{ id: '1', runs }] }] };
}

function countRuns(plan: SeatPlan): number {
  return plan.sections.flatMap((section) => section.rows.flatMap((row) => row.runs)).length;
}

function singles(plan: SeatPlan): SeatPlan {
  return oneRunPerSeat(plan, (of) =>
    Array.from({ length: of.count }, (_, i) => {
      const [x, y] = positionOf(of, i);
      return { number: numberOf(of, i), x, y };
    }),
  );
}

describe('expanding a plan', () => {
  test('gives every seat a readable id and a number in the order of the plan', () => {
    const { seats, capacity, grades, gradeCounts } = expandPlan(smallPlan);
    assert.equal(capacity, 20);
    assert.deepEqual(grades, ['VIP', 'R']);
    assert.deepEqual(gradeCounts, { VIP: 8, R: 12 });
    assert.deepEqual(seats[0], { id: 'A-1-1', section: 'A', row: '1', number: 1, grade: 'VIP' });
    assert.equal(seats[8]?.id, 'A-2-1');
    assert.equal(seats[19]?.id, 'B-1-4');
  });

  test('draws seats on lines, across gaps and on circles', () => {
    const { x, y } = expandPlan(smallPlan);
    assert.deepEqual([x[3], y[3]], [30, 30]);
    assert.deepEqual([x[4], y[4]], [60, 30]);
    // 60 degrees on a circle of 80 around (50, 0).
    assert.deepEqual([x[16], y[16]], [90, 69.28]);
    assert.deepEqual([x[18], y[18]], [50, 80]);
  });

  test('numbers and ids of any plan are unique, complete and lead to each other', () => {
    fc.assert(
      fc.property(validPlans, (plan) => {
        const { seats, capacity, seatNoById, gradeNos, grades, gradeCounts } = expandPlan(plan);
        assert.equal(seats.length, capacity);
        assert.equal(seatNoById.size, capacity);
        assert.equal(countSeats(plan), capacity);
        for (const [seatNo, seat] of seats.entries()) {
          assert.equal(seatNoById.get(seat.id), seatNo);
          assert.equal(seat.id, `${seat.section}-${seat.row}-${seat.number}`);
          assert.equal(grades[gradeNos[seatNo] ?? -1], seat.grade);
        }
        assert.equal(
          Object.values(gradeCounts).reduce((sum, count) => sum + count, 0),
          capacity,
        );
      }),
    );
  });

  test('seat numbers stay the same when a plan is read back from its JSON', () => {
    fc.assert(
      fc.property(validPlans, (plan) => {
        const stored: SeatPlan = JSON.parse(JSON.stringify(compactPlan(plan)));
        assert.deepEqual(expandPlan(stored), expandPlan(compactPlan(plan)));
      }),
    );
  });
});

describe('compacting a plan', () => {
  test('changes no seat, no number and no place, and never takes more runs', () => {
    fc.assert(
      fc.property(validPlans, (plan) => {
        const compact = compactPlan(plan);
        assert.deepEqual(expandPlan(compact), expandPlan(plan));
        assert.ok(countRuns(compact) <= countRuns(plan));
        assert.deepEqual(checkPlan(compact), []);
      }),
    );
  });

  test('of a compact plan is that plan, with the same hash', () => {
    fc.assert(
      fc.property(validPlans, (plan) => {
        const once = compactPlan(plan);
        assert.deepEqual(compactPlan(once), once);
        assert.equal(hashPlan(compactPlan(once)), hashPlan(once));
      }),
    );
  });

  test('gathers seats that were sent one by one', () => {
    fc.assert(
      fc.property(validPlans, (plan) => {
        const compact = compactPlan(singles(plan));
        assert.deepEqual(expandPlan(compact), expandPlan(singles(plan)));
      }),
    );
    const line = planOf(run({ count: 30, step: 2, by: [7.5, 0.1] }));
    assert.deepEqual(compactPlan(singles(line)), compactPlan(line));
  });

  test('keeps an aisle, a change of grade and a jump in numbers', () => {
    const plan = planOf(
      run({ count: 2, by: [10, 0] }),
      run({ first: 3, count: 2, at: [40, 0], by: [10, 0] }),
      run({ first: 5, count: 2, at: [60, 0], by: [10, 0], grade: 'S' }),
      run({ first: 8, count: 2, at: [80, 0], by: [10, 0], grade: 'S' }),
    );
    assert.equal(countRuns(compactPlan(plan)), 4);
  });

  test('gives plans that differ in one place other hashes', () => {
    assert.notEqual(
      hashPlan(compactPlan(planOf(run({})))),
      hashPlan(compactPlan(planOf(run({ at: [0, 1] })))),
    );
  });
});

describe('checking a plan', () => {
  test('finds nothing wrong with valid ones', () => {
    fc.assert(fc.property(validPlans, (plan) => assert.deepEqual(checkPlan(plan), [])));
  });

  test('names the stage whose plan is wrong, and stages that have too many seats together', () => {
    const stage = (count: number) => ({ plan: planOf(run({ count, by: [1, 0] })) });
    assert.deepEqual(checkStages([stage(50_000), stage(50_000)], '/stages'), []);
    assert.deepEqual(checkStages([stage(50_000), stage(50_000), stage(1)], '/stages'), [
      { path: '/stages', message: 'have 100001 seats together, at most 100000 are allowed' },
    ]);
    assert.equal(checkStages([stage(1), stage(50_001)], '/stages')[0]?.path, '/stages/1/plan/sections');
  });

  test('names a section, a row or a seat that is there twice', () => {
    const row = { id: '1', runs: [run({})] };
    const twice: SeatPlan = {
      sections: [
        { id: 'A', rows: [row, row] },
        { id: 'A', rows: [{ id: '1', runs: [run({}), run({ at: [1, 1] })] }] },
      ],
    };
    assert.deepEqual(checkPlan(twice, '/body'), [
      { path: '/body/sections/1/id', message: 'section A is there twice' },
      { path: '/body/sections/0/rows/1/id', message: 'row 1 is there twice in section A' },
      { path: '/body/sections/1/rows/0/runs/1', message: 'seat 1 is there twice in row 1' },
    ]);
  });

  test('refuses more than 50,000 seats before it looks at any', () => {
    const many = planOf(run({ count: 30_000, by: [1, 0] }), run({ count: 20_001, by: [1, 0] }));
    assert.deepEqual(checkPlan(many), [
      { path: '/sections', message: 'has 50001 seats, at most 50000 are allowed' },
    ]);
  });

  test('refuses a run that is drawn in two ways, in none, or on one spot', () => {
    const arc = { centre: [0, 0], radius: 10, from: 0, turn: 1 };
    const { at: _, ...nowhere } = run({});
    const messages = [
      run({ arc }),
      nowhere,
      { ...nowhere, arc, by: [1, 0] },
      run({ count: 2 }),
      run({ count: 2, step: 0, by: [1, 0] }),
      run({ first: 1, count: 3, step: -1, by: [1, 0] }),
    ].map((wrong) => checkPlan(planOf(wrong))[0]?.message);
    assert.deepEqual(messages, [
      'needs either `at` or `arc`',
      'needs either `at` or `arc`',
      'has `by`, which goes with `at` only',
      'needs `by` to set its seats apart',
      'repeats one seat number: `step` must not be 0',
      'ends at seat number -1, outside of 0 to 99999',
    ]);
  });

  test('refuses more than 16 grades', () => {
    const grades = Array.from({ length: 17 }, (_, i) =>
      run({ grade: `G${i}`, first: i * 2 + 1, at: [i, 0] }),
    );
    assert.deepEqual(checkPlan(planOf(...grades)), [
      { path: '/sections', message: 'has 17 grades, at most 16 are allowed' },
    ]);
  });

  test('says at most 20 things at once', () => {
    const wrong = Array.from({ length: 30 }, () => run({ count: 2 }));
    assert.equal(checkPlan(planOf(...wrong)).length, 20);
  });
});
