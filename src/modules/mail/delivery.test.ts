import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { systemRandom } from '../../kernel/random.ts';
import { createMailDelivery, SENT_AT_ONCE } from './delivery.ts';
import type { DueMail } from './ports.ts';

test('a stop lets mails under way be sent, and takes no more of them', { timeout: 10_000 }, async () => {
  const clock = createManualClock();
  const underWay: PromiseWithResolvers<void>[] = [];
  const outcomes: string[] = [];
  let taken = 0;
  const dueMail = (claimedUntil: number): DueMail => ({
    id: `${++taken}.of-this-test`,
    accountId: 'somebody',
    occurredAt: clock.now(),
    about: { kind: 'confirm-email' },
    attempts: 0,
    claimedUntil,
  });
  const { lifecycle } = createMailDelivery({
    clock,
    random: systemRandom,
    confirmationTtlMs: 1_000,
    timeoutMs: 1_000,
    origin: () => 'https://shop.example',
    upkeepLease: { run: () => Promise.resolve() },
    // There is always more.
    store: {
      add: () => Promise.resolve(),
      addForBuyers: () => Promise.resolve(),
      claimDue: ({ claimedUntil, limit }) =>
        Promise.resolve(Array.from({ length: limit }, () => dueMail(claimedUntil))),
      postpone: () => Promise.resolve(),
      end: (_mail, outcome) => Promise.resolve(void outcomes.push(outcome)),
      prune: () => Promise.resolve(),
    },
    mailer: {
      async send() {
        const sending = Promise.withResolvers<void>();
        underWay.push(sending);
        await sending.promise;
        return { isTaken: true };
      },
      close: () => undefined,
    },
    facts: {
      recipient: () =>
        Promise.resolve({ name: undefined, address: 'sky@people.example', language: 'ko' } as const),
      show: () => Promise.resolve(undefined),
      seats: () => Promise.resolve([]),
      goodTickets: () => Promise.resolve([]),
      confirmationToken: () => 'a-token',
    },
    onError: assert.ifError,
    onAttempt: () => undefined,
    onLost: () => undefined,
  });
  await lifecycle.start();
  await clock.advance(1_000);
  assert.equal(underWay.length, SENT_AT_ONCE);
  const stopped = lifecycle.stop();
  await clock.advance(0);
  for (const sending of underWay) sending.resolve();
  await stopped;
  assert.deepEqual([taken, outcomes.length], [SENT_AT_ONCE, SENT_AT_ONCE]);
});
