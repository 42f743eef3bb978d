import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createMemoryFanOut } from '../../src/adapters/memory/fan-out.ts';
import { createTestHub } from '../support/live.ts';
import { RawClient, type RawFrame, startStomp, type TestStomp } from '../support/stomp.ts';

const TOPIC = '/topic/demo.meeting';
const PRESENCE = '/topic/presence/demo.meeting';

describe('presence on topics of STOMP', { timeout: 60_000 }, () => {
  let here: TestStomp;
  let there: TestStomp;
  const clients: RawClient[] = [];
  before(async () => {
    const fanOut = createMemoryFanOut();
    here = await startStomp({ hub: createTestHub({ fanOut }) });
    there = await startStomp({ hub: createTestHub({ fanOut }) });
  });
  after(() => Promise.all([here.stop(), there.stop()]));
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.destroy();
  });

  async function join(stomp: TestStomp, account: string, destination = TOPIC): Promise<RawClient> {
    const client = new RawClient(stomp.tcpPort);
    clients.push(client);
    await client.connect(account);
    client.send('SUBSCRIBE', { id: 's', destination });
    client.send('SEND', { destination: '/app/demo.sink', receipt: 'ready' });
    if (destination === TOPIC) assert.equal((await client.next()).command, 'RECEIPT');
    return client;
  }

  const present = ({ headers, body }: RawFrame) => {
    assert.equal(headers['event'], 'present');
    return JSON.parse(body) as { readonly count: number; readonly accounts: readonly string[] };
  };

  it('tells who comes and goes, in every process, each account once', async () => {
    const watcher = await join(here, 'watcher', PRESENCE);
    assert.deepEqual(present(await watcher.next()), { count: 0, accounts: [] });
    assert.equal((await watcher.next()).command, 'RECEIPT');
    await join(here, 'ann');
    await here.clock.advance(1_001);
    assert.deepEqual(present(await watcher.next()), { count: 1, accounts: ['ann'] });
    const [second, bob] = [await join(there, 'ann'), await join(there, 'bob')];
    await there.clock.advance(1_001);
    assert.deepEqual(present(await watcher.next()), { count: 2, accounts: ['ann', 'bob'] });
    await second.receipt('UNSUBSCRIBE', { id: 's' });
    await bob.receipt('DISCONNECT', {});
    await bob.closed();
    await there.clock.advance(1_001);
    assert.deepEqual(present(await watcher.next()), { count: 1, accounts: ['ann'] });
  });

  it('forgets who was on a process that says nothing any more', async () => {
    await join(there, 'carl');
    await there.clock.advance(1_001);
    const watcher = await join(here, 'watcher', PRESENCE);
    const { accounts } = present(await watcher.next());
    assert.ok(accounts.includes('carl'));
    assert.equal((await watcher.next()).command, 'RECEIPT');
    await here.clock.advance(40_000);
    let last = accounts;
    while (last.length > 0) last = present(await watcher.next()).accounts;
  });

  it('is not for anyone to write', async () => {
    const client = await join(here, 'ann');
    client.send('SEND', { destination: PRESENCE }, '{}');
    assert.equal((await client.next()).headers['code'], 'destination_forbidden');
  });
});
