/**
 * What other STOMP servers got wrong, each by a test. Elsewhere: what was never written is not taken for acknowledged
 * (stomp-queues), nothing is left of connections that are cut (stomp-sessions), a slow subscriber holds up nobody
 * (stomp-queues).
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { ok } from '../../src/kernel/result.ts';
import { Topic } from '../../src/platform/live/topic.ts';
import { RawClient, type RawFrame, startStomp, type TestStomp } from '../support/stomp.ts';
import { until } from '../support/until.ts';

describe('faults that STOMP servers are known for', { timeout: 60_000 }, () => {
  let stomp: TestStomp;
  const clients: RawClient[] = [];
  const topic = new Topic({
    name: '/topic/slow',
    epoch: 'e',
    keeps: { messages: 10, bytes: 10_000 },
    room: { bytesLeft: 1_000_000 },
  });
  /** Each subscription to the view waits until it is let through. */
  const waiting: (() => void)[] = [];
  before(async () => {
    const openView = async () => {
      await new Promise<void>((resolve) => void waiting.push(resolve));
      return ok({ topic });
    };
    stomp = await startStomp({ views: [{ destination: '/topic/slow/*', open: openView }] });
  });
  after(() => stomp.stop());
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.destroy();
    for (const letThrough of waiting.splice(0)) letThrough();
    assert.deepEqual(stomp.errors, []);
  });

  async function open(headers: Readonly<Record<string, string>> = {}): Promise<RawClient> {
    const client = new RawClient(stomp.tcpPort);
    clients.push(client);
    assert.equal((await client.connect('ann', headers)).command, 'CONNECTED');
    return client;
  }

  /** SUBSCRIBE to the view, which takes its time: the session is busy with it. */
  async function keepBusy(client: RawClient, id = 'slow'): Promise<() => void> {
    const others = waiting.length;
    client.send('SUBSCRIBE', { id, destination: '/topic/slow/1' });
    await until(() => waiting.length > others);
    return waiting.pop()!;
  }

  async function read(client: RawClient, count: number): Promise<readonly RawFrame[]> {
    const frames: RawFrame[] = [];
    while (frames.length < count) frames.push(await client.next());
    return frames;
  }

  const numbersOf = (frames: readonly RawFrame[]) => frames.map(({ body }) => Number(body.split(' ')[0]));
  const upTo = (count: number) => Array.from({ length: count }, (_none, index) => index);

  it('buffers that grow while order is kept: a busy session reads no further, and then goes on in order', async () => {
    const destination = '/queue/demo.backlog';
    const [sender, reader] = [await open(), await open()];
    await reader.receipt('SUBSCRIBE', { id: 'a', destination });
    const goOn = await keepBusy(sender);
    const body = 'x'.repeat(50_000);
    const count = 1_000;
    for (const number of upTo(count)) sender.send('SEND', { destination }, `${number} ${body}`);
    let left = -1;
    await until(() => {
      const last = left;
      left = sender.socket.writableLength;
      return left === last;
    });
    // What the kernel holds of both ends is some megabytes; the rest of fifty is still with the client.
    assert.ok(left > 20_000_000, `${left} bytes are left with the client`);
    goOn();
    assert.deepEqual(numbersOf(await read(reader, count)), upTo(count));
  });

  it('messages dropped in silence when a socket is slow: it gets all up to a point, and then the reason', async () => {
    const destination = '/topic/demo.silence';
    const [slow, sender] = [await open(), await open()];
    await slow.receipt('SUBSCRIBE', { id: 'a', destination });
    slow.socket.pause();
    const body = 'x'.repeat(60_000);
    for (const number of upTo(400)) sender.send('SEND', { destination }, `${number} ${body}`);
    await until(() => (stomp.server.stats().ended.get('slow_consumer') ?? 0) > 0);
    slow.socket.resume();
    const frames: RawFrame[] = [];
    for (let frame = await slow.next(); frame.command === 'MESSAGE'; frame = await slow.next())
      frames.push(frame);
    assert.ok(frames.length > 0 && frames.length < 400, `${frames.length} messages`);
    assert.deepEqual(numbersOf(frames), upTo(frames.length));
    await slow.closed();
  });

  it('order lost between ticks: what takes time holds up what follows, on the way in and out', async () => {
    const destination = '/topic/demo.order';
    const [sender, reader] = [await open(), await open()];
    await reader.receipt('SUBSCRIBE', { id: 'a', destination });
    await sender.receipt('SUBSCRIBE', { id: 'b', destination: '/user/queue/replies' });
    let number = 0;
    const send = (headers: Readonly<Record<string, string>> = {}) =>
      sender.send('SEND', { destination, ...headers }, String(number++));
    for (const round of upTo(200)) {
      send();
      sender.send('BEGIN', { transaction: 't' });
      send({ transaction: 't' });
      send({ transaction: 't' });
      sender.send('COMMIT', { transaction: 't' });
      send({ receipt: `round ${round}` });
      if (round % 50 === 0) sender.send('SEND', { destination: '/app/session' }, '{"accessToken":"ann"}');
      // Some of it comes in another tick of the server.
      if (round % 20 === 0) await new Promise(setImmediate);
    }
    assert.deepEqual(numbersOf(await read(reader, number)), upTo(number));
    const receipts = (await read(sender, 204)).filter(({ command }) => command === 'RECEIPT');
    assert.deepEqual(
      receipts.map(({ headers }) => headers['receipt-id']),
      upTo(200).map((round) => `round ${round}`),
    );
  });

  it('SUBSCRIBE and UNSUBSCRIBE that race: one subscription is left, or none where the client is gone', async () => {
    const client = await open();
    const first = await keepBusy(client, 'a');
    client.send('UNSUBSCRIBE', { id: 'a' });
    client.send('SUBSCRIBE', { id: 'a', destination: '/topic/slow/1', receipt: 'second' });
    first();
    await until(() => waiting.length === 1);
    waiting.pop()!();
    assert.equal((await client.next()).headers['receipt-id'], 'second');
    assert.equal(topic.size, 1);
    topic.publish({ body: Buffer.from('once') });
    assert.equal((await client.next()).body, 'once');
    assert.deepEqual(await client.receipt('SEND', { destination: '/app/demo.sink' }), []);

    const gone = await open();
    const late = await keepBusy(gone);
    gone.socket.resetAndDestroy();
    client.socket.resetAndDestroy();
    await until(() => stomp.server.stats().connections === 0);
    late();
    await new Promise(setImmediate);
    assert.equal(topic.size, 0);
  });

  it('a busy client that misses heart-beats: one whose frame takes our time is not ended', async () => {
    const client = await open({ 'heart-beat': '10000,0' });
    const goOn = await keepBusy(client);
    for (let turn = 0; turn < 6; turn += 1) await stomp.clock.advance(10_000);
    goOn();
    await client.receipt('SEND', { destination: '/app/demo.sink' });
  });

  it('endless redelivery: a message comes once while its consumer lives, and once more after it', async () => {
    const destination = '/queue/demo.redelivery';
    const [busy, sender] = [await open({ 'heart-beat': '10000,0' }), await open()];
    busy.send('SUBSCRIBE', { id: 'a', destination, ack: 'client-individual' });
    await sender.receipt('SEND', { destination }, 'work');
    assert.equal((await busy.next()).body, 'work');
    for (let turn = 0; turn < 12; turn += 1) {
      await stomp.clock.advance(10_000);
      busy.socket.write('\n');
      assert.deepEqual(await busy.receipt('SEND', { destination: '/app/demo.sink' }), []);
    }
    // Silent from now on.
    for (let turn = 0; turn < 4; turn += 1) await stomp.clock.advance(10_000);
    assert.equal((await busy.next()).headers['code'], 'heart_beat_missed');
    sender.send('SUBSCRIBE', { id: 'b', destination, ack: 'client-individual' });
    const again = await sender.next();
    assert.deepEqual([again.body, again.headers['redelivered']], ['work', 'true']);
    assert.deepEqual(await sender.receipt('ACK', { id: again.headers['ack']! }), []);
    await sender.receipt('UNSUBSCRIBE', { id: 'b' });
    assert.deepEqual(await sender.receipt('SUBSCRIBE', { id: 'c', destination }), []);
  });

  it('a newline at the edge of a chunk taken for a heart-beat: each is part of its frame', async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${stomp.httpPort}/stomp`, ['v12.stomp']);
    await new Promise((resolve) => void webSocket.once('open', resolve));
    const got: string[] = [];
    webSocket.on('message', (data: Buffer) => void got.push(String(data)));
    const bodies = ['\n', '\n\nfirst', 'last\n\n', 'mid\n\ndle', ''];
    const frames = [
      'CONNECT\naccept-version:1.2\nhost:x\npasscode:ann\n\n\0',
      'SUBSCRIBE\nid:a\ndestination:/topic/demo.edge\n\n\0',
      ...bodies.map((body) => `SEND\ndestination:/topic/demo.edge\n\n${body}\0`),
    ];
    // Every message of WebSocket is a chunk of its own: here each begins or ends at a newline, in all ways.
    for (const frame of frames) for (const piece of frame.split(/(?<=\n)|(?=\n)/)) webSocket.send(piece);
    await until(() => got.length === 1 + bodies.length);
    assert.deepEqual(
      got.slice(1).map((frame) => frame.slice(frame.indexOf('\n\n') + 2, -1)),
      bodies,
    );
    webSocket.terminate();
  });
});
