import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { CONFIRMATION_TTL_MS, createEmailConfirmation } from './email-confirmation.ts';
import type { Account } from './ports.ts';

const ACCOUNT: Account = {
  id: '0190a000-0000-7000-8000-00000000abcd',
  email: 'sky@people.example',
  name: 'Sky',
  roles: ['member'],
  language: 'ko',
  emailConfirmedAt: null,
  createdAt: 0,
};

function scene({ key = Buffer.alloc(32, 1), email = ACCOUNT.email } = {}) {
  const clock = createManualClock();
  let confirmedAt: number | null = null;
  const confirmation = createEmailConfirmation({
    key,
    clock,
    limits: { confirmationMail: () => ({ ok: true, value: true }) },
    accounts: {
      find: (id) =>
        Promise.resolve(id === ACCOUNT.id ? { ...ACCOUNT, email, emailConfirmedAt: confirmedAt } : undefined),
    },
    confirmations: {
      request: () => Promise.resolve(true),
      confirm(_id, at) {
        confirmedAt = at;
        return Promise.resolve(true);
      },
    },
  });
  return { clock, confirmation, token: confirmation.token(ACCOUNT.id, email, clock.now()) };
}

const codeOf = (outcome: { ok: boolean; code?: string }) => (outcome.ok ? 'ok' : outcome.code);

describe('the confirmation of an address', () => {
  test('is good until the very end of its time, and no longer', async () => {
    const { clock, confirmation, token } = scene();
    await clock.advance(CONFIRMATION_TTL_MS - 1_000);
    assert.equal(codeOf(await confirmation.confirm(token)), 'ok');
    const late = scene();
    await late.clock.advance(CONFIRMATION_TTL_MS);
    assert.equal(codeOf(await late.confirmation.confirm(late.token)), 'confirmation_expired');
  });

  test('of another address, of another key or of no account is none', async () => {
    const { confirmation } = scene();
    const others = [
      scene({ email: 'other@people.example' }).token,
      scene({ key: Buffer.alloc(32, 2) }).token,
      confirmation.token('0190a000-0000-7000-8000-00000000ffff', ACCOUNT.email, 0),
    ];
    for (const token of others)
      assert.equal(codeOf(await confirmation.confirm(token)), 'confirmation_invalid');
  });

  test('is used up by what it confirms, also where it has expired meanwhile', async () => {
    const { clock, confirmation, token } = scene();
    assert.equal(codeOf(await confirmation.confirm(token)), 'ok');
    await clock.advance(2 * CONFIRMATION_TTL_MS);
    assert.equal(codeOf(await confirmation.confirm(token)), 'confirmation_used');
  });
});
