import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { ElsewhereFault, UnavailableFault } from '../../kernel/faults.ts';
import type { StoredEvent } from '../../platform/events/event.ts';
import type { Visitor } from './gate.ts';
import { createSpendFollower } from './spend-follower.ts';

const PASS_AGE_MAX_MS = 60_000;
const TIMEOUT = { timeout: 10_000 };

function createWorld() {
  const clock = createManualClock(1_000_000);
  const elsewhere = new Set<string>();
  const spent: (Visitor & { at: number | undefined })[] = [];
  const failures: Error[] = [];
  const spends = createSpendFollower({
    clock,
    passAgeMaxMs: PASS_AGE_MAX_MS,
    line: { isElsewhere: (id) => elsewhere.has(id) },
    spend(who, at) {
      const failure = failures.shift();
      if (failure) return Promise.reject(failure);
      return Promise.resolve(void spent.push({ ...who, at }));
    },
    onError: (error) => assert.fail(String(error)),
  });
  const pay = async (accountId: string, performanceId: string) =>
    spends.follower.apply([
      {
        type: 'payment.succeeded',
        occurredAt: clock.now(),
        data: { accountId, performanceId },
      } as StoredEvent,
    ]);
  return { clock, elsewhere, spent, failures, spends, pay };
}

test(
  'ends the pass of the one who has paid through another process, at the moment of the payment',
  TIMEOUT,
  async () => {
    const { spent, pay, clock } = createWorld();
    await pay('ann', 'here');
    assert.deepEqual(spent, [{ accountId: 'ann', performanceId: 'here', at: clock.now() }]);
  },
);

test('keeps a payment for a room of another process until the room comes here', TIMEOUT, async () => {
  const { clock, elsewhere, spent, spends, pay } = createWorld();
  await spends.lifecycle.start();
  elsewhere.add('there');
  const paidAt = clock.now();
  await pay('ann', 'there');
  await clock.advance(5_000);
  assert.deepEqual([spent, spends.waiting], [[], 1]);
  elsewhere.clear();
  await clock.advance(1_000);
  assert.deepEqual(spent, [{ accountId: 'ann', performanceId: 'there', at: paidAt }]);
  assert.equal(spends.waiting, 0);
  await spends.lifecycle.stop();
});

test('tries again where the room turns out to be elsewhere, or the store is away', TIMEOUT, async () => {
  const { clock, spent, failures, spends, pay } = createWorld();
  await spends.lifecycle.start();
  failures.push(
    new ElsewhereFault('room_elsewhere', 'another process has it', { retryAfterMs: 1 }),
    new UnavailableFault('postgres', 'away'),
  );
  await pay('ann', 'here');
  await clock.advance(1_000);
  assert.deepEqual(spent, []);
  await clock.advance(1_000);
  assert.equal(spent.length, 1);
  await spends.lifecycle.stop();
});

test('forgets a payment whose pass has ended by itself, and the oldest at its bound', TIMEOUT, async () => {
  const { clock, elsewhere, spends, pay } = createWorld();
  await spends.lifecycle.start();
  elsewhere.add('there');
  for (let person = 0; person <= 10_000; person++) await pay(String(person), 'there');
  assert.equal(spends.waiting, 10_000);
  await clock.advance(PASS_AGE_MAX_MS + 1_000);
  assert.equal(spends.waiting, 0);
  await spends.lifecycle.stop();
});
