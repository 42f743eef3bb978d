import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allCells, FAULTS, isCrash, STEPS, type StepName } from '../support/saga/steps.ts';
import { SagaWorld } from '../support/saga/world.ts';

const CELLS = allCells(Object.keys(STEPS) as StepName[]);
const CRASHES = CELLS.filter(isCrash);
const OTHERS = CELLS.filter((cell) => !isCrash(cell));
/** Waves of people beside one for each crash. */
const WAVES = 14;

let world: SagaWorld;

before(async () => {
  world = await SagaWorld.open(CRASHES.length + WAVES);
});
after(() => world.close());

describe('the saga on PostgreSQL', { timeout: 600_000 }, () => {
  test('meets a late statement, an overtaken commit and a lost answer at every step', async () => {
    await world.meet(OTHERS);
    assert.deepEqual(await world.missing(OTHERS), []);
  });

  for (const cell of CRASHES) {
    test(`${cell.step}: ${FAULTS[cell.fault]}`, async () => {
      await world.crash(cell);
      assert.deepEqual(await world.missing([cell]), []);
    });
  }

  test('has ended afterwards for everybody, money and seats agree to zero, and every cell was met', (context) =>
    world.assertSettled(CELLS, context));
});
