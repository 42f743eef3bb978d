import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { AccountStore, Session, SessionStore } from '../../src/modules/identity/index.ts';

export type SessionsWorld = {
  readonly store: SessionStore;
  readonly accounts: AccountStore;
  /** Holds a change of the account's roles open until the returned function is called. */
  holdRoleChange(accountId: string): Promise<() => Promise<void>>;
};

const ids = createIds(systemClock, systemRandom);
const AT = Date.UTC(2026, 2, 1, 12, 0, 0, 345);

async function openSession(world: SessionsWorld, change: Partial<Session> = {}): Promise<Session> {
  const accountId = ids.next();
  const email = `${accountId}@example.org`;
  await world.accounts.create([
    { id: accountId, email, name: 'x', roles: ['member', 'driver'], createdAt: AT },
  ]);
  const session = {
    id: ids.next(),
    accountId,
    seed: Buffer.from(systemRandom.bytes(32)),
    generation: 0,
    createdAt: AT,
    rotatedAt: AT,
    expiresAt: AT + 1_000_000,
    ...change,
  };
  await world.store.create(session);
  return session;
}

/** What the store of sessions promises. */
export function sessionStoreCases(world: () => SessionsWorld): void {
  describe('sessions', () => {
    it('gives back a session with the roles that its person has now', async () => {
      const { store, accounts } = world();
      const session = await openSession(world());
      assert.deepEqual(await store.find(session.id), { ...session, roles: ['member', 'driver'] });
      await accounts.changeRole({
        accountId: session.accountId,
        change: { role: 'driver', action: 'revoke' },
        by: { accountId: session.accountId, how: 'command' },
      });
      assert.deepEqual((await store.find(session.id))?.roles, ['member']);
      assert.equal(await store.find(ids.next()), undefined);
    });

    it('waits for a change of roles that is under way', async () => {
      const session = await openSession(world());
      const finish = await world().holdRoleChange(session.accountId);
      let isRead = false;
      const reading = world()
        .store.find(session.id)
        .finally(() => {
          isRead = true;
        });
      await world().store.find(ids.next());
      assert.equal(isRead, false);
      await finish();
      assert.deepEqual((await reading)?.roles, ['member', 'seller']);
    });

    it('rotates from the generation that is good, and from no other', async () => {
      const { store } = world();
      const { id } = await openSession(world());
      const next = { id, at: AT + 10, expiresAt: AT + 2_000_000 };
      assert.equal(await store.rotate({ ...next, generation: 1 }), false);
      assert.equal(await store.rotate({ ...next, generation: 0 }), true);
      assert.equal(await store.rotate({ ...next, generation: 0 }), false);
      const { generation, rotatedAt, expiresAt } = (await store.find(id))!;
      assert.deepEqual([generation, rotatedAt, expiresAt], [1, AT + 10, AT + 2_000_000]);
    });

    it('lets one of many win that rotate at once', async () => {
      const { store } = world();
      const { id } = await openSession(world());
      const rotation = { id, generation: 0, at: AT + 10, expiresAt: AT + 2_000_000 };
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => store.rotate(rotation)));
      assert.equal(outcomes.filter(Boolean).length, 1);
    });

    it('rotates nothing that was revoked or has expired', async () => {
      const { store } = world();
      const revoked = await openSession(world());
      await store.revoke(revoked.id, AT + 1);
      const rotation = { generation: 0, at: AT + 10, expiresAt: AT + 2_000_000 };
      assert.equal(await store.rotate({ ...rotation, id: revoked.id }), false);
      const expired = await openSession(world(), { expiresAt: AT + 10 });
      assert.equal(await store.rotate({ ...rotation, id: expired.id }), false);
    });

    it('keeps the moment of the first revocation', async () => {
      const { store } = world();
      const { id } = await openSession(world());
      await store.revoke(id, AT + 1);
      await store.revoke(id, AT + 2);
      await store.revoke(ids.next(), AT + 2);
      assert.equal((await store.find(id))?.revokedAt, AT + 1);
    });

    it('tells what was revoked, the newest first', async () => {
      const { store } = world();
      const at = AT + 3_600_000;
      const sessions = await Promise.all([1, 2, 3].map(() => openSession(world())));
      for (const [index, { id }] of sessions.entries()) await store.revoke(id, at + index);
      const [, second, third] = sessions;
      const endings = await store.endingsSince(at + 1, 10);
      assert.deepEqual(endings, [
        { sessionId: third!.id, at: at + 2 },
        { sessionId: second!.id, at: at + 1 },
      ]);
      assert.deepEqual(await store.endingsSince(at + 1, 1), endings.slice(0, 1));
    });

    it('prunes what has expired, and nothing else', async () => {
      const { store } = world();
      const expired = await openSession(world(), { expiresAt: AT + 10 });
      const live = await openSession(world(), { expiresAt: AT + 11 });
      await store.prune(AT + 11);
      assert.equal(await store.find(expired.id), undefined);
      assert.ok(await store.find(live.id));
    });
  });
}
