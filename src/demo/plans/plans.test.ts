import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPlan } from '../../modules/catalogue/plan-check.ts';
import { compactPlan } from '../../modules/catalogue/plan-compact.ts';
import { expandPlan } from '../../modules/catalogue/plan-seats.ts';
import { arenaPlan } from './arena.ts';
import { studioPlan } from './studio.ts';
import { theatrePlan } from './theatre.ts';

const plans = [
  { name: 'studio', plan: studioPlan(), capacity: 300, seatWidth: 50 },
  { name: 'theatre', plan: theatrePlan(), capacity: 2_000, seatWidth: 50 },
  { name: 'arena', plan: arenaPlan(), capacity: 20_000, seatWidth: 4.5 },
];

for (const { name, plan, capacity, seatWidth } of plans) {
  describe(`the plan of the demo ${name}`, () => {
    const { x, y, seats, grades } = expandPlan(plan);

    test(`is valid and has ${capacity} seats of several grades`, () => {
      assert.deepEqual(checkPlan(plan), []);
      assert.equal(seats.length, capacity);
      assert.ok(grades.length >= 3);
    });

    test('seats nobody on the lap of another, nor on the stage', () => {
      const cells = new Map<string, number[]>();
      const cellOf = (value: number) => Math.floor(value / seatWidth);
      for (let a = 0; a < capacity; a++) {
        const [column, line] = [cellOf(x[a] ?? 0), cellOf(y[a] ?? 0)];
        for (let dx = -1; dx <= 1; dx++) {
          for (let dy = -1; dy <= 1; dy++) {
            for (const b of cells.get(`${column + dx} ${line + dy}`) ?? []) {
              const apart = Math.hypot((x[a] ?? 0) - (x[b] ?? 0), (y[a] ?? 0) - (y[b] ?? 0));
              assert.ok(apart >= seatWidth, `${seats[a]?.id} and ${seats[b]?.id} are ${apart} apart`);
            }
          }
        }
        const key = `${column} ${line}`;
        cells.set(key, [...(cells.get(key) ?? []), a]);
      }
      const { stage } = plan;
      assert.ok(stage);
      for (let a = 0; a < capacity; a++) {
        const isOn: boolean =
          (x[a] ?? 0) > stage.x &&
          (x[a] ?? 0) < stage.x + stage.width &&
          (y[a] ?? 0) > stage.y &&
          (y[a] ?? 0) < stage.y + stage.height;
        assert.ok(!isOn, `${seats[a]?.id} is on the stage`);
      }
    });

    test('is stored small', () => {
      assert.ok(JSON.stringify(compactPlan(plan)).length < capacity * 8 + 20_000);
    });
  });
}
