import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { createHealth } from './health.ts';

function setUp() {
  const clock = createManualClock();
  const asked = { count: 0, fails: false, hangs: false };
  const changes: [string, boolean][] = [];
  const health = createHealth({
    clock,
    cacheMs: 1_000,
    deadlineMs: 5_000,
    checks: [
      {
        name: 'database',
        check() {
          asked.count += 1;
          if (asked.fails) throw new Error('away');
          return asked.hangs ? new Promise<void>(() => undefined) : undefined;
        },
      },
      { name: 'listener', check: () => undefined },
    ],
    onChange: (name, error) => void changes.push([name, error === undefined]),
  });
  return { clock, asked, changes, health };
}

test('however many ask, each part is asked once for all of them, and again when the answer is old', async () => {
  const { clock, asked, health } = setUp();
  await Promise.all(Array.from({ length: 100 }, () => health.readiness()));
  await health.readiness();
  assert.equal(asked.count, 1);
  await clock.advance(999);
  await health.readiness();
  assert.equal(asked.count, 1);
  await clock.advance(1);
  await Promise.all(Array.from({ length: 100 }, () => health.readiness()));
  assert.equal(asked.count, 2);
});

test('one part that fails is named, told of once, and once more when it is back', async () => {
  const { clock, asked, changes, health } = setUp();
  asked.fails = true;
  assert.deepEqual(await health.readiness(), {
    ready: false,
    checks: { database: 'failed', listener: 'ok' },
  });
  await clock.advance(1_000);
  await health.readiness();
  asked.fails = false;
  await clock.advance(1_000);
  assert.deepEqual(await health.readiness(), { ready: true, checks: { database: 'ok', listener: 'ok' } });
  assert.deepEqual(changes, [
    ['database', false],
    ['database', true],
  ]);
});

test('a part that does not answer counts as failed after the deadline, and is not asked a second time meanwhile', async () => {
  const { clock, asked, health } = setUp();
  asked.hangs = true;
  const first = health.readiness();
  await clock.advance(4_999);
  const second = health.readiness();
  await clock.advance(1);
  assert.equal((await first).ready, false);
  assert.equal((await second).ready, false);
  assert.equal(asked.count, 1);
});

test('a part that only degrades is shown as failed, and the instance is ready', async () => {
  const failing = () => {
    throw new Error('away');
  };
  const health = createHealth({
    clock: createManualClock(),
    checks: [
      { name: 'broker', degrades: true, check: failing },
      { name: 'listener', check: () => undefined },
    ],
  });
  assert.deepEqual(await health.readiness(), { ready: true, checks: { broker: 'failed', listener: 'ok' } });
});
