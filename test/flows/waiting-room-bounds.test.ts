import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/kernel/clock.ts';
import { LineEngine } from '../../src/modules/waiting-room/line/line-engine.ts';
import type { HttpServer } from '../../src/platform/http/server.ts';
import { closeEventStreams } from '../../src/platform/live/sse/event-stream.ts';
import { readEvents } from '../support/event-source.ts';
import { createMemoryRoomStore } from '../support/memory-room-store.ts';
import { until } from '../support/until.ts';
import { accountOf, bigRoomRules } from '../support/waiting-room/big-room.ts';
import { createPollServer } from '../support/waiting-room/poll-server.ts';

const performanceId = accountOf(0);
const store = createMemoryRoomStore();
let whenStored: Promise<void> = Promise.resolve();
let commitsBegun = 0;
const line = new LineEngine({
  clock: systemClock,
  rules: bigRoomRules,
  stores: {
    ...store,
    numbers: {
      async commit(change) {
        commitsBegun++;
        await whenStored;
        await store.numbers.commit(change);
      },
    },
  },
});
let server: HttpServer;
let address: string;

before(async () => {
  await line.start();
  server = await createPollServer(line, { writesQueuedMax: 5, streamsMax: 1 });
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});

after(async () => {
  closeEventStreams(server);
  await server.close();
  await line.stop();
});

const as = (number: number) => ({ authorization: `Bearer ${accountOf(number)}` });
const entries = `/v1/performances/${performanceId}/room/entries`;
const join = (number: number) => server.inject({ method: 'POST', url: entries, headers: as(number) });

describe('a crowd', () => {
  it('shares few writes when it joins, and costs none when it polls', async () => {
    const other = await createPollServer(line);
    const room = `/v1/performances/${accountOf(-1)}/room/entries`;
    const crowd = Array.from({ length: 500 }, (_, index) => index + 1_000);
    const commits = store.commits;
    const joins = await Promise.all(
      crowd.map((number) => other.inject({ method: 'POST', url: room, headers: as(number) })),
    );
    assert.deepEqual(new Set(joins.map(({ statusCode }) => statusCode)), new Set([201]));
    const shared = store.commits - commits;
    assert.ok(shared <= 50, `${shared} writes for ${crowd.length} joins`);
    const polls = await Promise.all(
      crowd.map((number) => other.inject({ url: `${room}/me`, headers: as(number) })),
    );
    assert.deepEqual(new Set(polls.map(({ statusCode }) => statusCode)), new Set([200]));
    assert.equal(store.commits - commits, shared);
    await other.close();
  });
});

describe('at its bound', () => {
  it('the queue of writes sheds joins with 503 and Retry-After, and loses none that it took', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    [whenStored, commitsBegun] = [promise, 0];
    const first = join(1);
    await until(
      () => commitsBegun,
      (begun) => begun === 1,
    );
    // One is on its way to the store; of six more, five may wait behind it.
    const six = [2, 3, 4, 5, 6, 7].map(join);
    const shed = await Promise.race(six);
    assert.deepEqual([shed.statusCode, shed.json<{ code: string }>().code], [503, 'overloaded']);
    assert.ok(Number(shed.headers['retry-after']) >= 1);
    resolve();
    const answers = await Promise.all([first, ...six]);
    const taken = answers.filter(({ statusCode }) => statusCode === 201);
    assert.deepEqual(
      taken.map((answer) => answer.json<{ number: number }>().number),
      [1, 2, 3, 4, 5, 6],
    );
    assert.equal((await join(8)).json<{ number: number }>().number, 7, 'no number was lost to it');
  });

  it('the number of streams refuses one more, until one has ended', async () => {
    const open = (number: number) => readEvents(`${address}${entries}/me/stream`, as(number));
    const first = await open(1);
    assert.equal((await first.next()).event, 'position');
    const refused = await fetch(`${address}${entries}/me/stream`, { headers: as(2) });
    assert.deepEqual([refused.status, Number(refused.headers.get('retry-after')) >= 1], [503, true]);
    first.close();
    const second = await until(
      () => open(2),
      ({ status }) => status === 200,
    );
    second.close();
  });
});
