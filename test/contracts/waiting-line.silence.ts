import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LineWords } from './waiting-line.words.ts';

/** What silence costs in a line, and what it does not. */
export function silenceContract({ fixture, ...words }: LineWords): void {
  const { join, write, people, placeOf, admit, configure, watchFor } = words;

  it('passes over the silent, gives the place back within the grace time, and drops them after it', async () => {
    const id = await fixture().addPerformance();
    const [silent, gone, present] = people(3) as [string, string, string];
    await configure(id, { state: 'paused' });
    await join(id, [silent, gone, present]);
    await watchFor(id, 35_000, [present]);
    assert.deepEqual(await placeOf(id, present), [3, 'waiting', 0, 0]);
    await configure(id, { state: 'open', concurrency: 1 });
    assert.deepEqual(await admit(id), [3]);
    assert.deepEqual(await placeOf(id, silent), [1, 'waiting', 0, 0]);
    await watchFor(id, 25_000, []);
    assert.equal(await placeOf(id, gone), undefined);
    assert.equal((await join(id, [gone]))[0]?.standing?.number, 4);
  });

  it('drops nobody while it is paused or admits nobody, however long they are silent', async () => {
    const id = await fixture().addPerformance();
    const [early, passedOver, present] = people(3) as [string, string, string];
    await configure(id, { state: 'paused' });
    await join(id, [early, passedOver]);
    await watchFor(id, 120_000, []);
    assert.deepEqual(await placeOf(id, early), [1, 'waiting', 0, 0]);
    await configure(id, { state: 'open', concurrency: 1 });
    assert.deepEqual(await admit(id), [1]);
    await join(id, [present]);
    await write({ kind: 'leave', performanceId: id, accountId: early });
    await watchFor(id, 5_000, [present]);
    for (const still of [{ state: 'paused' }, { state: 'open', ratePerSecond: 0 }] as const) {
      await configure(id, still);
      await watchFor(id, 60_000, [present]);
    }
    await configure(id, { concurrency: 0, ratePerSecond: 3 });
    await watchFor(id, 60_000, [present]);
    assert.deepEqual((await placeOf(id, passedOver))?.slice(0, 2), [2, 'waiting']);
  });

  it('admits first of all anyone who was passed over and came back, within rate and concurrency', async () => {
    const id = await fixture().addPerformance();
    const crowd = people(8);
    await configure(id, { state: 'paused' });
    await join(id, crowd.slice(0, 2));
    await watchFor(id, 35_000, []);
    await join(id, crowd.slice(2));
    await configure(id, { state: 'open', ratePerSecond: 2, concurrency: 3 });
    assert.deepEqual(await admit(id), [3, 4]);
    assert.deepEqual(await placeOf(id, crowd[0]!), [1, 'waiting', 0, 4]);
    assert.deepEqual(await admit(id), [], 'the rate holds');
    await fixture().clock.advance(1_001);
    assert.deepEqual(await admit(id), [1], 'the concurrency holds');
  });

  it('frees the slot of an admission that nobody fetched; its owner is first in the next one', async () => {
    const id = await fixture().addPerformance();
    const [absent, present, next] = people(3) as [string, string, string];
    await configure(id, { concurrency: 1 });
    await join(id, [absent, present, next]);
    assert.deepEqual(await admit(id), [1]);
    await fixture().clock.advance(5_999);
    assert.deepEqual(await admit(id), []);
    await fixture().clock.advance(1);
    assert.deepEqual(await admit(id), [2]);
    await fixture().line.look([{ performanceId: id, accountId: present }], 'seen');
    assert.deepEqual(await placeOf(id, absent), [1, 'waiting', 0, 1]);
    await fixture().clock.advance(6_001);
    assert.deepEqual(await admit(id), [], 'one that was fetched lasts as long as it says');
    await fixture().reopen();
    await write({ kind: 'leave', performanceId: id, accountId: present });
    await fixture().line.look([{ performanceId: id, accountId: next }], 'seen');
    assert.deepEqual(await admit(id), [1]);
    const [stats] = await fixture().line.stats([id]);
    assert.deepEqual([stats?.admittedTotal, stats?.active], [3, 1]);
  });

  it('knows after a restart which passes were fetched', async () => {
    const id = await fixture().addPerformance();
    const [fetched, absent] = people(2) as [string, string];
    await join(id, [fetched, absent]);
    await admit(id);
    await fixture().line.look([{ performanceId: id, accountId: fetched }], 'seen');
    await admit(id);
    await fixture().reopen();
    await fixture().clock.advance(6_000);
    await admit(id);
    assert.equal((await placeOf(id, fetched))?.[1], 'admitted');
    assert.equal((await placeOf(id, absent))?.[1], 'waiting');
  });
}
