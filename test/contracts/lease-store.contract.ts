import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lease, LeaseStore } from '../../src/platform/lease/lease.ts';

export type LeaseFixture = {
  /** Stores of two processes, over the same leases. */
  readonly stores: readonly [LeaseStore, LeaseStore];
  /** Lets so much time of the store pass. */
  pass(ms: number): Promise<void>;
};

const LONG_MS = 60_000;
const TIMEOUT = { timeout: 60_000 };

let names = 0;
const newName = () => `work-${++names}`;

/** What every lease store promises. */
export function leaseStoreContract(adapter: string, fixture: () => LeaseFixture): void {
  const take = (name: string, holder: 0 | 1, ttlMs = LONG_MS) =>
    fixture().stores[holder].acquire({ name, holder: `process-${holder}`, ttlMs });
  const taken = async (name: string, holder: 0 | 1, ttlMs?: number): Promise<Lease> =>
    (await take(name, holder, ttlMs)) ?? assert.fail('the lease was not free');

  describe(`lease store: ${adapter}`, () => {
    it('gives a lease to one of many that ask at once', TIMEOUT, async () => {
      const name = newName();
      const asked = Array.from({ length: 40 }, (_, index) => take(name, index % 2 === 0 ? 0 : 1));
      const got = (await Promise.all(asked)).filter((lease) => lease !== undefined);
      assert.equal(got.length, 1);
      assert.deepEqual(got[0], { name, holder: got[0]!.holder, fencingNumber: 1 });
    });

    it('keeps it from all others, its holder included, and other leases apart', TIMEOUT, async () => {
      const name = newName();
      const lease = await taken(name, 0);
      assert.equal(await take(name, 0), undefined);
      assert.equal(await take(name, 1), undefined);
      assert.equal(await fixture().stores[1].isHeld(lease), true);
      assert.ok(await take(newName(), 1));
    });

    it('hands it over at once when it is released', TIMEOUT, async () => {
      const name = newName();
      const first = await taken(name, 0);
      await fixture().stores[0].release(first);
      const second = await taken(name, 1);
      assert.ok(second.fencingNumber > first.fencingNumber);
      assert.equal(await fixture().stores[0].isHeld(first), false);
    });

    it('refuses a holder that slept until its time was over', TIMEOUT, async () => {
      const name = newName();
      const [sleeper, other] = fixture().stores;
      const old = await taken(name, 0, 1);
      await fixture().pass(50);
      const lease = await taken(name, 1);
      assert.ok(lease.fencingNumber > old.fencingNumber);
      assert.equal(await sleeper.isHeld(old), false);
      assert.equal(await sleeper.renew(old, LONG_MS), false);
      await sleeper.release(old);
      assert.equal(await other.isHeld(lease), true, 'what it says of its old lease changes nothing');
    });

    it('gives up a lease whose time is over also where nobody took it', TIMEOUT, async () => {
      const name = newName();
      const old = await taken(name, 0, 1);
      await fixture().pass(50);
      assert.equal(await fixture().stores[0].isHeld(old), false);
      assert.equal(await fixture().stores[0].renew(old, LONG_MS), false);
      assert.ok((await taken(name, 0)).fencingNumber > old.fencingNumber);
    });

    it('lets it last from the latest renewal', TIMEOUT, async () => {
      const name = newName();
      const lease = await taken(name, 0, 2_000);
      assert.equal(await fixture().stores[0].renew(lease, LONG_MS), true);
      await fixture().pass(2_100);
      assert.equal(await fixture().stores[0].isHeld(lease), true);
      assert.equal(await take(name, 1), undefined);
      assert.equal(await fixture().stores[0].renew(lease, 1), true);
      await fixture().pass(50);
      assert.ok(await take(name, 1));
    });

    it('has never two holders, and numbers that grow, while many take and release it', TIMEOUT, async () => {
      const name = newName();
      const numbers: number[] = [];
      let inside = 0;
      const contend = async (holder: 0 | 1): Promise<void> => {
        while (numbers.length < 100) {
          const lease = await take(name, holder);
          if (!lease) continue;
          assert.equal(++inside, 1);
          numbers.push(lease.fencingNumber);
          assert.equal(await fixture().stores[holder].isHeld(lease), true);
          inside -= 1;
          await fixture().stores[holder].release(lease);
        }
      };
      await Promise.all([0, 1, 0, 1, 0, 1].map((holder) => contend(holder === 0 ? 0 : 1)));
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
      );
    });
  });
}
