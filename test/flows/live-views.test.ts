import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { figuresView } from '../../src/modules/monitoring/live.ts';
import { seatsView } from '../../src/modules/seating/live.ts';
import { entryView } from '../../src/modules/waiting-room/live.ts';
import {
  DEMO_DESTINATIONS,
  DEMO_PRESENCE,
  rulesOf,
  SESSION_DESTINATIONS,
} from '../../src/platform/live/stomp/destinations.ts';
import { type Following, followed, liveTransports } from '../support/live-transports.ts';
import { seatsAt } from '../support/seat-distances.ts';
import { until } from '../support/until.ts';
import { type Person, RoomTestApp } from '../support/waiting-room/test-app.ts';

let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open();
});
after(() => testApp.close());

it('docs/messaging.md lists every destination, and no other', () => {
  const page = readFileSync(new URL('../../docs/messaging.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\/[^`]+)` \|/gm)].map(([, pattern]) => pattern);
  const views = [
    seatsView({} as never, {} as never),
    entryView({} as never, {} as never),
    figuresView({} as never),
  ];
  const rules = [...SESSION_DESTINATIONS, ...rulesOf(views), ...DEMO_DESTINATIONS];
  assert.deepEqual(new Set(rows), new Set([...rules.map(({ pattern }) => pattern), DEMO_PRESENCE]));
});

for (const transport of liveTransports) {
  describe(`live views over ${transport.name}`, { timeout: 60_000 }, () => {
    const wish = (view: 'seats' | 'entry', performanceId: string, { token }: Person, from?: string) => ({
      address: testApp.app.address(),
      token,
      view,
      performanceId,
      ...(from === undefined ? {} : { after: from }),
    });
    const follow = (...args: Parameters<typeof wish>): Promise<Following> =>
      followed(transport, wish(...args));

    const open = () => testApp.performance({ roomEnabled: false });

    async function hold(id: string, seat: number): Promise<void> {
      const buyer = await testApp.person();
      assert.equal((await testApp.reserve(buyer, id, seat)).status, 201);
      await until(
        () => testApp.call(buyer, `GET /v1/performances/${id}/seats`),
        ({ body }) => body['state'][seat - 1] === '1',
      );
    }

    it('seats begin with a snapshot, and go on with every change in order', async () => {
      const [id, person] = [await open(), await testApp.person()];
      const seats = await follow('seats', id, person);
      const snapshot = await seats.next();
      assert.equal(snapshot.event, 'snapshot');
      assert.match(snapshot.id, /^[\w-]+\.\d+$/);
      let { version } = snapshot.data;
      for (const seat of [3, 7]) {
        await hold(id, seat);
        const delta = await seats.next();
        assert.deepEqual([delta.event, delta.data['from']], ['delta', version]);
        assert.deepEqual(seatsAt(delta.data['held']), [seat - 1]);
        version = delta.data['version'];
      }
      seats.close();
    });

    it('seats that were missed come in order; from another epoch there is a new snapshot', async () => {
      const [id, person] = [await open(), await testApp.person()];
      const seats = await follow('seats', id, person);
      const { id: seen } = await seats.next();
      seats.close();
      for (const seat of [1, 2]) await hold(id, seat);
      const back = await follow('seats', id, person, seen);
      const missed = [await back.next(), await back.next()];
      assert.deepEqual(
        missed.map(({ event, data }) => [event, seatsAt(data['held'])]),
        [
          ['delta', [0]],
          ['delta', [1]],
        ],
      );
      const recovered = (expected: boolean) => (transport.tellsRecovery ? expected : undefined);
      assert.equal(missed[0]?.recovered, recovered(true));
      back.close();
      const stranger = await follow('seats', id, person, 'another-epoch.1');
      const snapshot = await stranger.next();
      assert.deepEqual([snapshot.event, snapshot.data['version']], ['snapshot', missed[1]!.data['version']]);
      assert.equal(snapshot.recovered, recovered(false));
      stranger.close();
    });

    it('seats end with the sale', async () => {
      const [id, person] = [await open(), await testApp.person()];
      const seats = await follow('seats', id, person);
      await seats.next();
      const closesAt = new Date().toISOString();
      await testApp.made(testApp.seller, `PATCH /v1/performances/${id}`, { closesAt });
      const [end] = await seats.rest();
      assert.deepEqual([end?.event, end?.data], ['closed', { reason: 'sale-over', reconnect: false }]);
    });

    it('seats end for who may see them no longer, and go on for their seller', async () => {
      const [id, person] = [await open(), await testApp.person()];
      const { concertId } = (await testApp.call(person, `GET /v1/performances/${id}`)).body;
      const [seats, own] = [await follow('seats', id, person), await follow('seats', id, testApp.seller)];
      await Promise.all([seats.next(), own.next()]);
      await testApp.made(testApp.seller, `PATCH /v1/concerts/${concertId}`, { visibility: 'draft' });
      const [end] = await seats.rest();
      assert.deepEqual(end?.data, { reason: 'access-withdrawn', reconnect: false });
      assert.equal(await transport.follow(wish('seats', id, person)), 'performance_not_found');
      await testApp.made(testApp.seller, `PATCH /v1/concerts/${concertId}`, { visibility: 'published' });
      await hold(id, 5);
      assert.equal((await own.next()).event, 'delta');
      own.close();
    });

    it('an entry is told its position at once and as it changes, and its admission with the pass', async () => {
      const id = await testApp.performance();
      await testApp.change(id, { state: 'paused' });
      const [first, second] = await testApp.people(2);
      await testApp.join(first!, id);
      await testApp.join(second!, id);
      const entry = await follow('entry', id, second!);
      const begin = await entry.next();
      assert.deepEqual([begin.event, begin.data['ahead']], ['position', 1]);
      entry.close();
      const resumed = await follow('entry', id, second!, begin.id);
      await testApp.leave(first!, id);
      const moved = await resumed.next();
      assert.deepEqual(
        [moved.event, moved.data['ahead']],
        ['position', 0],
        'what was told is not told again',
      );
      await testApp.change(id, { state: 'open' });
      const admitted = await resumed.next();
      assert.equal(admitted.event, 'admitted');
      assert.equal((await testApp.reserve(second!, id, 1, admitted.data['pass'])).status, 201);
      resumed.close();
    });

    it('an entry ends when it is left, and is not there for who has none', async () => {
      const id = await testApp.performance();
      await testApp.change(id, { state: 'paused' });
      const [person] = await testApp.people(1);
      assert.equal(await transport.follow(wish('entry', id, person!)), 'entry_not_found');
      await testApp.join(person!, id);
      const entry = await follow('entry', id, person!);
      await entry.next();
      await testApp.leave(person!, id);
      const [end] = await entry.rest();
      assert.deepEqual(end?.data, { reason: 'left', reconnect: false });
    });

    it('an entry gives way to the fifth who follows it for one person', async () => {
      const id = await testApp.performance();
      await testApp.change(id, { state: 'paused' });
      const [person] = await testApp.people(1);
      await testApp.join(person!, id);
      const oldest = await follow('entry', id, person!);
      await oldest.next();
      const others = [];
      for (let no = 0; no < 4; no++) others.push(await follow('entry', id, person!));
      const [end] = await oldest.rest();
      assert.deepEqual(end?.data, { reason: 'too-many-streams', reconnect: false });
      for (const other of others) other.close();
    });
  });
}
