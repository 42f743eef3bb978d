import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  allCells,
  BROKER_STEPS,
  type Cell,
  isCrash,
  STEPS,
  type StepName,
  someCells,
} from '../support/saga/steps.ts';
import { SagaWorld } from '../support/saga/world.ts';
import { services, statusOfServices } from '../support/services.ts';

/** Each step and each fault at least once: a crash costs a start, so that few steps have one. */
const CELLS: readonly Cell[] = [
  ...someCells(Object.keys(STEPS) as StepName[]),
  ...allCells(Object.keys(BROKER_STEPS) as StepName[]),
  { step: 'charge recorded, seats sold, tickets issued', fault: 'crash before' },
  { step: 'money taken at the provider', fault: 'crash after' },
];
const CRASHES = CELLS.filter(isCrash);
const OTHERS = CELLS.filter((cell) => !isCrash(cell));
/** Waves of people beside one for each crash. */
const WAVES = 40;
const LIMIT = { timeout: 600_000 };

/** What a feed is chosen by, beside where its brokers are. */
const FEEDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kafka: { EVENT_FEED: 'kafka', KAFKA_TOPIC: `firstcome.${randomUUID()}` },
  rabbitmq: { EVENT_FEED: 'rabbitmq' },
};

for (const [broker, settings] of Object.entries(FEEDS)) {
  describe(`the saga on ${broker}`, LIMIT, () => {
    const names = ['postgres', broker];
    let directory: string;
    let world: SagaWorld;

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'firstcome-saga-'));
      // PostgreSQL may have to run as somebody else.
      await chmod(directory, 0o755);
      await services(['start', ...names], directory);
      const status = await statusOfServices(names, directory);
      const found = Object.assign({}, ...status.map(({ env }) => env)) as Readonly<Record<string, string>>;
      world = await SagaWorld.open(WAVES + CRASHES.length, { ...found, ...settings });
    }, LIMIT);
    after(async () => {
      await (world as SagaWorld | undefined)?.close();
      await services(['stop', ...names], directory);
      await rm(directory, { recursive: true, force: true });
    });

    test('meets each step and each fault', async () => {
      for (const cell of CRASHES) await world.crash(cell);
      await world.meet(OTHERS);
      assert.deepEqual(await world.missing(CELLS), []);
    });

    test('goes on in the same process while the broker, then PostgreSQL are restarted under load', () =>
      world.outlive(async () => {
        for (const name of [broker, 'postgres']) {
          await services(['stop', name], directory);
          await services(['start', name], directory);
        }
      }));

    test('has ended afterwards for everybody, and money and seats agree to zero', (context) =>
      world.assertSettled(CELLS, context));
  });
}
