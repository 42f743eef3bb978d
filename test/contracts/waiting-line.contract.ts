import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LineRules } from '../../src/modules/waiting-room/ports.ts';
import { silenceContract } from './waiting-line.silence.ts';
import { type LineFixture, lineWords } from './waiting-line.words.ts';

export const contractRules: LineRules = {
  passTtlMs: 10_000,
  passAgeMaxMs: 25_000,
  passPickupMs: 6_000,
  silentAfterMs: 30_000,
  burstMs: Number.POSITIVE_INFINITY,
  newRoom: { state: 'open', ratePerSecond: 3, concurrency: 5, graceMs: 20_000 },
};

/** What every line keeps, whatever it runs on. */
export function waitingLineContract(name: string, open: () => Promise<LineFixture>): void {
  describe(`the waiting line on ${name}`, () => {
    let fixture: LineFixture;

    before(async () => {
      fixture = await open();
    });

    after(() => fixture.close());

    const words = lineWords(() => fixture);
    const { join, write, people, placeOf, endOf, admit, configure } = words;

    it('gives numbers from 1 in the order of the operations, one place to an account', async () => {
      const id = await fixture.addPerformance();
      const [a, b, c] = people(3) as [string, string, string];
      const answers = await join(id, [a, b, a, c, b]);
      assert.deepEqual(
        answers.map(({ outcome, standing }) => [outcome, standing?.number]),
        [
          ['joined', 1],
          ['joined', 2],
          ['already', 1],
          ['joined', 3],
          ['already', 2],
        ],
      );
      assert.deepEqual(await placeOf(id, b), [2, 'waiting', 1, 1]);
    });

    it('admits the first, never more in a closed second than the rate, over a restart too', async () => {
      const id = await fixture.addPerformance();
      await join(id, people(10));
      assert.deepEqual(await admit(id), [1, 2, 3]);
      await fixture.clock.advance(600);
      assert.deepEqual(await admit(id), []);
      await fixture.reopen();
      await fixture.clock.advance(400);
      assert.deepEqual(await admit(id), [], 'both ends of the second count');
      await fixture.clock.advance(1);
      assert.deepEqual(await admit(id), [4, 5]);
      await fixture.clock.advance(1_001);
      assert.deepEqual(await admit(id), [], 'five are inside');
    });

    it('never lets more inside than the concurrency, over a restart too; who leaves makes room', async () => {
      const id = await fixture.addPerformance();
      const crowd = people(4);
      await configure(id, { concurrency: 2 });
      await join(id, crowd);
      assert.deepEqual(await admit(id), [1, 2]);
      await fixture.reopen();
      await fixture.clock.advance(2_000);
      assert.deepEqual(await admit(id), []);
      assert.equal((await write({ kind: 'leave', performanceId: id, accountId: crowd[0]! })).outcome, 'left');
      assert.deepEqual(await admit(id), [3]);
    });

    it('frees the slot of a pass that ran out', async () => {
      const id = await fixture.addPerformance();
      const [a] = people(1) as [string];
      await configure(id, { concurrency: 1 });
      await join(id, [a, ...people(1)]);
      assert.deepEqual(await admit(id), [1]);
      assert.equal((await placeOf(id, a))?.[1], 'admitted');
      await fixture.clock.advance(9_999);
      assert.deepEqual(await admit(id), []);
      await fixture.clock.advance(1);
      assert.equal(await placeOf(id, a), undefined);
      assert.deepEqual(await admit(id), [2]);
    });

    it('extends a pass to its full length from now, and not beyond its greatest age', async () => {
      const id = await fixture.addPerformance();
      const [a] = people(1) as [string];
      await join(id, [a]);
      await admit(id);
      const admittedAt = fixture.clock.now();
      const renew = async () => (await write({ kind: 'renew', performanceId: id, accountId: a })).standing;
      await fixture.clock.advance(9_000);
      assert.equal((await renew())?.passExpiresAt, admittedAt + 19_000);
      await fixture.reopen();
      await fixture.clock.advance(9_000);
      assert.equal((await renew())?.passExpiresAt, admittedAt + 25_000);
      await fixture.clock.advance(7_000);
      assert.equal((await write({ kind: 'renew', performanceId: id, accountId: a })).outcome, 'absent');
    });

    it('knows how the last place of each ended, over a restart too', async () => {
      const id = await fixture.addPerformance();
      const [left, spent, expired, dropped, present] = people(5) as [string, string, string, string, string];
      await configure(id, { state: 'paused', concurrency: 1, graceMs: 1_000 });
      const as = (accountId: string) => ({ performanceId: id, accountId });
      await join(id, [left, spent, expired, dropped, present]);
      await words.watchFor(id, 35_000, [left, spent, expired, present]);
      assert.equal(await endOf(id, left), undefined);
      await write({ kind: 'leave', ...as(left) });
      await configure(id, { state: 'open' });
      assert.deepEqual(await admit(id), [2]);
      await write({ kind: 'spend', ...as(spent) });
      await fixture.clock.advance(1_001);
      assert.deepEqual(await admit(id), [3]);
      await fixture.line.look([as(expired)], 'seen');
      await fixture.clock.advance(10_000);
      assert.equal(await placeOf(id, expired), undefined);
      assert.equal(await endOf(id, expired), 'pass-expired', 'before a step of time has recorded it');
      // One was silent from the beginning, and its grace runs while others are admitted.
      await words.watchFor(id, 60_000, [present]);
      const ends = () => Promise.all([left, spent, expired, dropped].map((one) => endOf(id, one)));
      const expected = ['left', 'pass-spent', 'pass-expired', 'dropped'];
      assert.deepEqual(await ends(), expected);
      await fixture.reopen();
      assert.deepEqual(await ends(), expected);
      assert.equal(await endOf(id, people(1)[0]!), undefined);
      await join(id, [left]);
      await configure(id, { concurrency: 0 });
      await write({ kind: 'leave', ...as(left) });
      assert.equal(await endOf(id, left), 'left');
    });

    it('spends a pass once, and leaves a newer one alone', async () => {
      const id = await fixture.addPerformance();
      const [a] = people(1) as [string];
      const who = { performanceId: id, accountId: a };
      await join(id, [a]);
      await admit(id);
      const paidAt = fixture.clock.now();
      assert.equal((await write({ kind: 'spend', ...who, at: paidAt })).outcome, 'spent');
      await fixture.clock.advance(2_000);
      await join(id, [a]);
      assert.deepEqual(await admit(id), [2]);
      assert.equal((await write({ kind: 'spend', ...who, at: paidAt })).outcome, 'absent');
      await fixture.reopen();
      const permit = await fixture.line.permit(who);
      assert.deepEqual([permit.number, permit.spentAt], [2, paidAt]);
    });

    silenceContract(words);

    it('follows the state of the room', async () => {
      const id = await fixture.addPerformance();
      await join(id, people(1));
      const outcomeOfJoin = async () => (await join(id, people(1)))[0]?.outcome;
      await configure(id, { state: 'paused' });
      assert.deepEqual([await admit(id), await outcomeOfJoin()], [[], 'joined']);
      await configure(id, { state: 'draining' });
      assert.deepEqual([await admit(id), await outcomeOfJoin()], [[1, 2], 'draining']);
      await configure(id, { state: 'closed' });
      assert.deepEqual([await admit(id), await outcomeOfJoin()], [[], 'closed']);
      await fixture.reopen();
      const [stats] = await fixture.line.stats([id]);
      assert.deepEqual([stats?.state, stats?.active, stats?.admittedTotal], ['closed', 2, 2]);
    });

    it('finds everybody in their order after a restart, and goes on with the numbers', async () => {
      const id = await fixture.addPerformance();
      const crowd = people(5);
      await configure(id, { state: 'paused' });
      await join(id, crowd);
      await write({ kind: 'leave', performanceId: id, accountId: crowd[1]! });
      await fixture.reopen();
      assert.deepEqual(await placeOf(id, crowd[3]!), [4, 'waiting', 2, 1]);
      assert.equal(await placeOf(id, crowd[1]!), undefined);
      assert.equal((await join(id, people(1)))[0]?.standing?.number, 6);
    });

    it('brings a room back that was let go, when somebody asks for it', async () => {
      const id = await fixture.addPerformance();
      const [a] = people(1) as [string];
      await configure(id, { state: 'paused' });
      await join(id, [a]);
      await fixture.line.retire([id]);
      assert.ok(!(await fixture.line.stats()).some(({ performanceId }) => performanceId === id));
      await fixture.reopen();
      assert.deepEqual(await placeOf(id, a), [1, 'waiting', 0, 0]);
    });

    it('loses nobody and gives no number twice when the store breaks off in the middle', async () => {
      const id = await fixture.addPerformance();
      const [a, b] = people(2) as [string, string];
      await configure(id, { state: 'paused' });
      await join(id, [a]);
      await fixture.loseStore();
      await assert.rejects(join(id, [b]), { retryable: true });
      assert.deepEqual((await placeOf(id, a))?.slice(0, 2), [1, 'waiting'], 'looking goes on');
      await recovered();
      const numbers = (await join(id, [a, b, ...people(1)])).map(({ standing }) => standing?.number);
      assert.deepEqual(numbers, [1, 2, 3]);
    });

    /** The line comes back by itself. */
    async function recovered(): Promise<void> {
      for (let attempt = 0; attempt < 100; attempt++) {
        await fixture.clock.advance(250);
        await new Promise((resolve) => setTimeout(resolve, 10));
        const isBack = await fixture.line.admit([]).then(
          () => true,
          () => false,
        );
        if (isBack) return;
      }
      assert.fail('the line did not come back');
    }
  });
}
