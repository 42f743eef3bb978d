import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createMemoryReadCache } from '../../src/adapters/memory/read-cache.ts';
import { appendEvents } from '../../src/adapters/postgres/events/outbox.ts';
import { createRankingStore } from '../../src/adapters/postgres/ranking/ranking-store.ts';
import { createManualClock, systemClock } from '../../src/kernel/clock.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import { createRanking, type Ranking } from '../../src/modules/ranking/index.ts';
import type { Subscription } from '../../src/platform/events/feed.ts';
import { addSale, type ComposedCatalogue, clientOf, composeCatalogue, ids } from '../support/catalogue.ts';
import { until } from '../support/until.ts';

let composed: ComposedCatalogue;
let call: ReturnType<typeof clientOf>;
let ranking: Ranking;
let subscription: Subscription;
/** Its own clock, so that a test need not wait for what is remembered for a second. */
const cacheClock = createManualClock();

before(async () => {
  composed = await composeCatalogue((server, { database, catalogue }) => {
    ranking = createRanking({
      store: createRankingStore(database),
      remaining: { of: (performances) => catalogue.seating.free(performances) },
      createCache: (options) =>
        createMemoryReadCache(options, { clock: cacheClock, random: createSeededRandom(1) }),
      clock: systemClock,
    });
    ranking.routes(server);
  });
  subscription = composed.log.subscribe(ranking.consumer);
  call = clientOf(composed.server);
});
after(async () => {
  await subscription.stop();
  await composed.stop();
});

type Told = {
  readonly type: string;
  readonly performanceId: string;
  readonly seats: number;
  readonly key?: string;
  /** Of a cancellation. */
  readonly wasPaid?: boolean;
};

/** Saves events of reservations and waits until the consumer has heard of them. */
async function tell(...told: readonly Told[]): Promise<void> {
  const events = told.map(({ type, performanceId, seats, key = ids.next(), wasPaid = true }) => ({
    type,
    version: 1,
    subject: key,
    partitionKey: performanceId,
    occurredAt: Date.now(),
    data: {
      reservationId: key,
      performanceId,
      seatNos: Array.from({ length: seats }, (_, i) => i),
      epoch: 1,
      wasPaid,
    },
  }));
  await composed.database.transaction((tx) => appendEvents(tx, events));
  await caughtUp();
}

async function caughtUp(): Promise<void> {
  composed.log.notify();
  await subscription.reached(await composed.log.now());
  await cacheClock.advance(60_000);
}

const read = async (which: 'selling-now' | 'fastest-sold-out') =>
  (await call(undefined, 'GET', `/v1/rankings/${which}`)).body.items;
const paid = (performanceId: string, seats: number, key?: string): Told => ({
  type: 'payment.succeeded',
  performanceId,
  seats,
  ...(key === undefined ? {} : { key }),
});
const cancelled = (performanceId: string, seats: number, key: string): Told => ({
  type: 'reservation.cancelled',
  performanceId,
  seats,
  key,
});

describe('rankings', () => {
  test('name what sells most first, and count sales once', async () => {
    const [a, b] = [await addSale(composed.server), await addSale(composed.server)];
    await tell(paid(a.performanceId, 2), paid(b.performanceId, 3), paid(a.performanceId, 4));
    const [first, second] = await read('selling-now');
    assert.deepEqual([first.rank, first.performanceId, first.soldInWindow], [1, a.performanceId, 6]);
    assert.deepEqual([second.rank, second.performanceId, second.soldInWindow], [2, b.performanceId, 3]);
    assert.deepEqual([first.title, first.artist, first.venue], ['Autumn', 'The Leaves', 'Test Hall']);
    assert.deepEqual([first.sold, first.capacity], [6, 20]);
  });

  test('say what remains of each, which held seats are no part of', async () => {
    const { performanceId } = await addSale(composed.server);
    await tell(paid(performanceId, 1));
    await composed.seatsChange({ performanceId, seatNos: [0], epoch: 1, type: 'payment.succeeded' });
    await composed.seatsChange({ performanceId, seatNos: [1, 2], epoch: 2, type: 'reservation.created' });
    await caughtUp();
    const found = await until(
      async () => {
        await cacheClock.advance(60_000);
        const items = await read('selling-now');
        return items.find((one: { performanceId: string }) => one.performanceId === performanceId);
      },
      (one) => one.remainingTotal === 17,
    );
    assert.equal(found.sold, 2);
  });

  test('give back what was cancelled after it was paid, and nothing for a hold that was not', async () => {
    const { performanceId, concertId } = await addSale(composed.server);
    const [bought, held] = [ids.next(), ids.next()];
    await tell(paid(performanceId, 4, bought), {
      ...cancelled(performanceId, 2, held),
      wasPaid: false,
    });
    const sold = async () =>
      (await read('selling-now')).find(
        (one: { performanceId: string }) => one.performanceId === performanceId,
      )?.soldInWindow;
    assert.equal(await sold(), 4);
    await tell(cancelled(performanceId, 4, bought));
    assert.equal(await sold(), undefined);
    const [row] = await composed.database.query('select popularity from concert where id = $1', [concertId]);
    assert.equal(row?.['popularity'], 0);
  });

  test('name what sold out fastest after its opening, as long as it is sold out', async () => {
    const early = await addSale(composed.server, { opensAt: new Date(Date.now() - 7_200_000).toISOString() });
    const late = await addSale(composed.server, { opensAt: new Date(Date.now() - 60_000).toISOString() });
    const last = ids.next();
    await tell(
      paid(early.performanceId, 20),
      paid(late.performanceId, 15),
      paid(late.performanceId, 5, last),
    );
    const ranked = await read('fastest-sold-out');
    assert.deepEqual(
      ranked.map((one: { performanceId: string }) => one.performanceId),
      [late.performanceId, early.performanceId],
    );
    assert.equal(ranked[0].soldOutAfterMs, Date.parse(ranked[0].soldOutAt) - Date.parse(ranked[0].opensAt));
    assert.ok(ranked[0].soldOutAfterMs >= 60_000 && ranked[0].soldOutAfterMs < 120_000);
    await tell(cancelled(late.performanceId, 5, last));
    assert.equal((await read('fastest-sold-out')).length, 1);
  });

  test('order the list of concerts by popularity', async () => {
    const { performanceId, concertId } = await addSale(composed.server);
    await tell(...Array.from({ length: 10 }, () => paid(performanceId, 2)), paid(performanceId, 1));
    const { body } = await call(undefined, 'GET', '/v1/concerts?sort=popularity&limit=1&q=autumn');
    assert.equal(body.items[0].id, concertId);
    assert.equal(body.items[0].status, 'sold_out');
  });

  test('thrown away and rebuilt from the log come to the same', async () => {
    const all = async () => ({
      progress: await composed.database.query('select * from sales_progress order by performance_id'),
      minutes: await composed.database.query(
        'select * from sales_minute where sold <> 0 order by performance_id, minute',
      ),
      popularity: await composed.database.query('select id, popularity from concert order by id'),
    });
    const first = await all();
    assert.ok(first.progress.length > 4);
    await ranking.rebuild();
    // The consumer finds out at its next batch that it was sent back.
    const { performanceId } = await addSale(composed.server);
    await tell(paid(performanceId, 1));
    await until(all, ({ progress }) => progress.length > first.progress.length);
    await tell(cancelled(performanceId, 1, ids.next()));
    const rebuilt = await all();
    const others = (rows: readonly Record<string, unknown>[]) =>
      rows.filter((row) => row['performance_id'] !== performanceId);
    assert.deepEqual(others(rebuilt.progress), first.progress);
    assert.deepEqual(others(rebuilt.minutes), first.minutes);
    assert.deepEqual(
      rebuilt.popularity.filter((row) => first.popularity.some(({ id }) => id === row['id'])),
      first.popularity,
    );
  });

  test('events of a performance that is not there are passed over', async () => {
    const known = await read('selling-now');
    await tell(paid(ids.next(), 4));
    assert.deepEqual(await read('selling-now'), known);
  });

  test('are read with an ETag, one page of them', async () => {
    const url = '/v1/rankings/selling-now?minutes=1440&limit=1';
    const { body, headers } = await call(undefined, 'GET', url);
    assert.deepEqual([body.items.length, body.nextCursor], [1, null]);
    const again = await call(undefined, 'GET', url, { headers: { 'if-none-match': String(headers.etag) } });
    assert.equal(again.status, 304);
    for (const query of ['minutes=0', 'minutes=1441', 'limit=101', 'cursor=x']) {
      assert.equal((await call(undefined, 'GET', `/v1/rankings/selling-now?${query}`)).status, 400, query);
    }
  });
});
