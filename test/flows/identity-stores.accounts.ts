import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ManualClock, systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { ok, refuse } from '../../src/kernel/result.ts';
import type { Account, AccountStore, NewAccount, RoleChange } from '../../src/modules/identity/index.ts';
import type { DomainEvent } from '../../src/platform/events/event.ts';
import type { IdempotencyRef, SavedResult } from '../../src/platform/idempotency/ports.ts';

export type AccountsWorld = {
  /** Of the store. */
  readonly clock: ManualClock;
  readonly store: AccountStore;
  readonly events: (accountId: string) => Promise<readonly Pick<DomainEvent, 'type' | 'data'>[]>;
  readonly result: (ref: IdempotencyRef) => Promise<SavedResult | undefined>;
};

const ids = createIds(systemClock, systemRandom);
const MANAGER = ['member', 'manager'] as const;
/** When the clock of the stores starts. */
export const AT = Date.UTC(2026, 2, 1, 12, 0, 0, 345);

function account(given: Partial<NewAccount> = {}): NewAccount {
  const id = ids.next();
  return {
    id,
    email: `${id}@example.org`,
    name: 'Minji',
    roles: ['member'],
    createdAt: AT,
    passwordHash: '$argon2id$…',
    ...given,
  };
}

function withoutHash({ passwordHash: _hash, saveTo: _saveTo, ...rest }: NewAccount): Account {
  return { language: 'ko', emailConfirmedAt: null, ...rest };
}

function newSlot() {
  return { ref: { scope: ids.next(), key: ids.next(), fingerprint: Buffer.from('f') } };
}

function change(accountId: string, roleChange: RoleChange) {
  return { accountId, change: roleChange, by: { accountId, how: 'command' as const } };
}

const grant = (role: RoleChange['role']): RoleChange => ({ role, action: 'grant' });
const revoke = (role: RoleChange['role']): RoleChange => ({ role, action: 'revoke' });

/** What the store of accounts promises. */
export function accountStoreCases(world: () => AccountsWorld): void {
  describe('accounts, creating', () => {
    it('gives back what was created, by id and by address', async () => {
      const { store } = world();
      const made = account();
      assert.deepEqual(await store.create([made]), [{ ok: true, value: withoutHash(made) }]);
      assert.deepEqual(await store.find(made.id), withoutHash(made));
      assert.deepEqual(await store.findCredentials(made.email), {
        account: withoutHash(made),
        passwordHash: made.passwordHash,
      });
      assert.equal(await store.find(ids.next()), undefined);
      assert.equal(await store.findCredentials('nobody@example.org'), undefined);
    });

    it('keeps an account without a password', async () => {
      const { store } = world();
      const { passwordHash: _none, ...made } = account();
      await store.create([made]);
      assert.deepEqual(await store.findCredentials(made.email), { account: withoutHash(made) });
    });

    it('refuses an address that is taken, within a batch too, and creates the others', async () => {
      const { store, events } = world();
      const first = account();
      await store.create([first]);
      const taken = account({ email: first.email });
      const free = account();
      const twin = account({ email: free.email });
      const outcomes = await store.create([taken, free, twin]);
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.ok ? outcome.value.id : outcome.code)),
        ['email_taken', free.id, 'email_taken'],
      );
      assert.equal(await store.find(taken.id), undefined);
      assert.deepEqual(await events(taken.id), []);
      assert.equal((await events(free.id)).length, 1);
    });

    it('lets one of many win that want an address at once', async () => {
      const { store } = world();
      const email = `${ids.next()}@example.org`;
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.create([account({ email })])));
      assert.equal(outcomes.flat().filter((outcome) => outcome.ok).length, 1);
    });

    it('saves the event and the result with the account, and no secret in them', async () => {
      const { store, events, result } = world();
      const saveTo = newSlot();
      const made = account({ saveTo });
      await store.create([made]);
      assert.deepEqual(await events(made.id), [
        { type: 'account.created', data: { accountId: made.id, roles: ['member'] } },
      ]);
      const saved = await result(saveTo.ref);
      assert.deepEqual(JSON.parse(saved!.result), { ok: true, value: withoutHash(made) });
      const refused = newSlot();
      await store.create([account({ email: made.email, saveTo: refused })]);
      assert.equal(await result(refused.ref), undefined);
    });

    it('replaces a password hash, unless it was changed in the meantime', async () => {
      const { store } = world();
      const made = account({ passwordHash: 'one' });
      await store.create([made]);
      await store.replacePasswordHash(made.id, 'one', 'two');
      await store.replacePasswordHash(made.id, 'one', 'three');
      assert.equal((await store.findCredentials(made.email))?.passwordHash, 'two');
    });
  });

  describe('accounts, roles', () => {
    it('gives and takes roles, each with its event', async () => {
      const { store, events, clock } = world();
      const made = account();
      await store.create([made]);
      const granted = await store.changeRole(change(made.id, grant('seller')));
      assert.deepEqual(granted, ok({ account: { ...withoutHash(made), roles: ['member', 'seller'] } }));
      await clock.advance(7);
      const revoked = await store.changeRole(change(made.id, revoke('seller')));
      assert.deepEqual(revoked, ok({ account: withoutHash(made), tokensEndedAt: clock.now() }));
      assert.deepEqual(await store.find(made.id), withoutHash(made));
      const kinds = (await events(made.id)).map(({ type, data }) => [type, 'action' in data && data.action]);
      assert.deepEqual(kinds, [
        ['account.created', false],
        ['roles.changed', 'grant'],
        ['roles.changed', 'revoke'],
      ]);
    });

    it('does nothing twice', async () => {
      const { store, events } = world();
      const made = account();
      await store.create([made]);
      await store.changeRole(change(made.id, grant('driver')));
      const again = await store.changeRole(change(made.id, grant('driver')));
      assert.deepEqual(again.ok && again.value.account.roles, ['member', 'driver']);
      const never = await store.changeRole(change(made.id, revoke('manager')));
      assert.equal(never.ok && never.value.tokensEndedAt, undefined);
      assert.equal((await events(made.id)).length, 2);
    });

    it('knows nothing of an account that does not exist', async () => {
      const outcome = await world().store.changeRole(change(ids.next(), grant('seller')));
      assert.deepEqual(outcome, refuse('account_not_found'));
    });

    it('asks under lock whether who changes a role is a manager still', async () => {
      const { store } = world();
      const [one, other] = [account({ roles: MANAGER }), account({ roles: MANAGER })];
      await store.create([one, other]);
      const by = (accountId: string) => ({ accountId, how: 'manager' as const });
      const outcomes = await Promise.all([
        store.changeRole({ ...change(one.id, revoke('manager')), by: by(other.id) }),
        store.changeRole({ ...change(other.id, revoke('manager')), by: by(one.id) }),
      ]);
      assert.equal(outcomes.filter((outcome) => outcome.ok).length, 1);
      assert.ok(outcomes.some((outcome) => !outcome.ok && outcome.code === 'role_required'));
      const left = [await store.find(one.id), await store.find(other.id)];
      assert.equal(left.filter((found) => found?.roles.includes('manager')).length, 1);
      assert.equal(await store.hasManager(), true);
    });

    it('gives a role by its code as often as the code may, also to many at once', async () => {
      const { store } = world();
      const people = Array.from({ length: 5 }, () => account());
      await store.create(people);
      const code = { digest: Buffer.from(ids.next()), usesMax: 2 };
      const enrol = (accountId: string) =>
        store.changeRole({
          ...change(accountId, grant('seller')),
          by: { accountId, how: 'enrolment', code },
        });
      const outcomes = await Promise.all(people.map(({ id }) => enrol(id)));
      assert.equal(outcomes.filter((outcome) => outcome.ok).length, 2);
      const won = people[outcomes.findIndex((outcome) => outcome.ok)]!;
      assert.equal((await enrol(won.id)).ok, true, 'who has the role needs no use of the code');
    });

    it('remembers what was taken away, until it is given again', async () => {
      const { store } = world();
      const made = account({ roles: ['member', 'seller'] });
      await store.create([made]);
      await store.changeRole(change(made.id, revoke('seller')));
      const enrol = () =>
        store.changeRole({
          ...change(made.id, grant('seller')),
          by: { accountId: made.id, how: 'enrolment' },
        });
      assert.deepEqual(await enrol(), refuse('role_revoked'));
      await store.changeRole(change(made.id, grant('seller')));
      await store.changeRole(change(made.id, grant('driver')));
      assert.equal((await enrol()).ok, true);
    });

    it('loses no change of several at once', async () => {
      const { store } = world();
      const made = account();
      await store.create([made]);
      const roles = ['seller', 'manager', 'driver'] as const;
      await Promise.all(roles.map((role) => store.changeRole(change(made.id, grant(role)))));
      assert.deepEqual((await store.find(made.id))?.roles, ['member', ...roles]);
    });

    it('saves the result with the change', async () => {
      const { store, result } = world();
      const made = account();
      await store.create([made]);
      const saveTo = newSlot();
      await store.changeRole({ ...change(made.id, grant('seller')), saveTo });
      const saved = JSON.parse((await result(saveTo.ref))!.result) as { value: { roles: string[] } };
      assert.deepEqual(saved.value.roles, ['member', 'seller']);
    });

    it('tells since when tokens of whole accounts have ended', async () => {
      const { store, clock } = world();
      const [kept, lost] = [
        account({ roles: ['member', 'seller'] }),
        account({ roles: ['member', 'seller'] }),
      ];
      await store.create([kept, lost]);
      await clock.advance(3_600_000);
      const at = clock.now();
      await store.changeRole(change(kept.id, grant('driver')));
      await store.changeRole(change(lost.id, revoke('seller')));
      assert.deepEqual(await store.endingsSince(at, 10), [{ accountId: lost.id, at }]);
      assert.deepEqual(await store.endingsSince(at + 1, 10), []);
      assert.deepEqual(await store.endingsSince(at, 0), []);
      await clock.advance(5);
      await store.changeRole(change(lost.id, grant('seller')));
      assert.deepEqual(
        await store.endingsSince(at, 10),
        [{ accountId: lost.id, at }],
        'a grant ends nothing',
      );
    });
  });

  describe('accounts, listing', () => {
    it('shows the newest first, page by page, and finds by address, name and role', async () => {
      const { store } = world();
      const tag = ids.next().slice(-12);
      const made = [0, 1, 2].map((number) => account({ name: `Ann ${tag} ${number}` }));
      const seller = account({ email: `Seller-${tag}@example.org`, roles: ['member', 'seller'] });
      await store.create([...made, { ...seller, email: seller.email.toLowerCase() }]);
      const found = async (query: Parameters<AccountStore['list']>[0]) =>
        (await store.list(query)).map(({ id }) => id);
      const newest = made.map(({ id }) => id).toReversed();
      assert.deepEqual(await found({ text: `ANN ${tag}`, limit: 2 }), newest.slice(0, 2));
      assert.deepEqual(await found({ text: `ann ${tag}`, limit: 2, before: newest[1] }), newest.slice(2));
      assert.deepEqual(await found({ text: tag, role: 'seller', limit: 5 }), [seller.id]);
      assert.deepEqual(await found({ text: '%', limit: 5 }), []);
      const composed = account({ name: `한결 ${tag}`.normalize('NFD') });
      await store.create([composed]);
      for (const form of ['NFC', 'NFD'])
        assert.deepEqual(await found({ text: `한결 ${tag}`.normalize(form), limit: 5 }), [composed.id]);
    });
  });
}
