import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { RawClient, type RawFrame, startStomp, type TestStomp } from '../support/stomp.ts';
import { until } from '../support/until.ts';

describe('queues and topics of STOMP', { timeout: 60_000 }, () => {
  let stomp: TestStomp;
  const clients: RawClient[] = [];
  before(async () => {
    stomp = await startStomp();
  });
  after(() => stomp.stop());
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.destroy();
    assert.deepEqual(stomp.errors, []);
  });

  async function open(version = '1.2'): Promise<RawClient> {
    const client = new RawClient(stomp.tcpPort);
    clients.push(client);
    await client.connect('ann', { 'accept-version': version });
    return client;
  }

  async function fill(destination: string, bodies: readonly string[]): Promise<void> {
    const sender = await open();
    for (const body of bodies) sender.send('SEND', { destination }, body);
    await sender.receipt('DISCONNECT', {});
  }

  async function read(client: RawClient, count: number): Promise<readonly RawFrame[]> {
    const frames: RawFrame[] = [];
    while (frames.length < count) frames.push(await client.next());
    return frames;
  }

  const bodies = (frames: readonly RawFrame[]) => frames.map(({ body }) => body);

  it('keeps what nobody has read, in order, and gives each message to one consumer', async () => {
    const destination = '/queue/demo.compete';
    await fill(destination, ['1', '2', '3', '4']);
    const one = await open();
    one.send('SUBSCRIBE', { id: 'a', destination, ack: 'client-individual', 'prefetch-count': '2' });
    assert.deepEqual(bodies(await read(one, 2)), ['1', '2']);
    const two = await open();
    two.send('SUBSCRIBE', { id: 'b', destination, ack: 'client-individual', 'prefetch-count': '2' });
    assert.deepEqual(bodies(await read(two, 2)), ['3', '4']);
  });

  it('gives out no more than the prefetch before an acknowledgement', async () => {
    const destination = '/queue/demo.prefetch';
    await fill(destination, ['1', '2', '3']);
    const client = await open();
    client.send('SUBSCRIBE', { id: 'a', destination, ack: 'client-individual', 'prefetch-count': '1' });
    const [first] = await read(client, 1);
    assert.deepEqual(await client.receipt('SEND', { destination: '/app/demo.sink' }), []);
    client.send('ACK', { id: first!.headers['ack']! });
    assert.deepEqual(bodies(await read(client, 1)), ['2']);
  });

  it('acknowledges all before in mode client, and one alone in client-individual', async () => {
    for (const [mode, again] of [
      ['client', ['3']],
      ['client-individual', ['1', '3']],
    ] as const) {
      const destination = `/queue/demo.${mode}`;
      await fill(destination, ['1', '2', '3']);
      const client = await open();
      client.send('SUBSCRIBE', { id: 'a', destination, ack: mode });
      const messages = await read(client, 3);
      await client.receipt('ACK', { id: messages[1]!.headers['ack']! });
      client.socket.destroy();
      const next = await open();
      next.send('SUBSCRIBE', { id: 'a', destination });
      const frames = await read(next, again.length);
      assert.deepEqual(bodies(frames), again);
      assert.ok(frames.every(({ headers }) => headers['redelivered'] === 'true'));
    }
  });

  it('gives a message again after NACK, to the front of the queue', async () => {
    const destination = '/queue/demo.nack';
    await fill(destination, ['1', '2', '3']);
    const client = await open();
    client.send('SUBSCRIBE', { id: 'a', destination, ack: 'client', 'prefetch-count': '2' });
    const [, second] = await read(client, 2);
    client.send('NACK', { id: second!.headers['ack']! });
    const again = await read(client, 2);
    assert.deepEqual(bodies(again), ['1', '2']);
    assert.deepEqual(
      again.map(({ headers }) => headers['redelivered']),
      ['true', 'true'],
    );
  });

  it('knows a message by message-id before 1.2, and in 1.1 by its subscription too', async () => {
    for (const version of ['1.0', '1.1']) {
      const destination = `/queue/demo.v${version}`;
      await fill(destination, ['1', '2']);
      const client = await open(version);
      client.send('SUBSCRIBE', { id: 'a', destination, ack: 'client' });
      const [first] = await read(client, 2);
      assert.equal(first!.headers['ack'], undefined);
      const subscription = version === '1.1' ? { subscription: 'a' } : {};
      await client.receipt('ACK', { 'message-id': first!.headers['message-id']!, ...subscription });
      client.socket.destroy();
      const next = await open();
      next.send('SUBSCRIBE', { id: 'a', destination });
      assert.deepEqual(bodies(await read(next, 1)), ['2']);
      assert.deepEqual(await next.receipt('SEND', { destination: '/app/demo.sink' }), []);
    }
  });

  it('refuses a second acknowledgement of one message', async () => {
    const destination = '/queue/demo.twice';
    await fill(destination, ['1']);
    const client = await open();
    client.send('SUBSCRIBE', { id: 'a', destination, ack: 'client' });
    const [message] = await read(client, 1);
    await client.receipt('ACK', { id: message!.headers['ack']! });
    client.send('ACK', { id: message!.headers['ack']! });
    assert.equal((await client.next()).headers['code'], 'ack_unknown');
  });

  it('loses nothing that was never written when a consumer stops reading and is cut', async () => {
    const destination = '/queue/demo.unwritten';
    const stuck = await open();
    stuck.send('SUBSCRIBE', { id: 'a', destination });
    stuck.socket.pause();
    const body = 'x'.repeat(50_000);
    const sender = await open();
    for (let index = 0; index < 200; index += 1) sender.send('SEND', { destination }, `${index} ${body}`);
    await sender.receipt('SEND', { destination: '/app/demo.sink' });
    stuck.socket.resetAndDestroy();
    const next = await open();
    next.send('SUBSCRIBE', { id: 'b', destination });
    const first = await next.next();
    const from = Number(first.body.split(' ')[0]);
    const rest = await read(next, 199 - from);
    const numbers = rest.map((frame) => Number(frame.body.split(' ')[0]));
    assert.deepEqual(
      numbers,
      Array.from({ length: 199 - from }, (_none, index) => from + 1 + index),
    );
    // What a kernel buffers may hold was sent as far as anyone can tell; the rest is ten megabytes.
    assert.ok(from < 180, `the first that came again is ${from}`);
  });

  it('ends a subscriber of a topic that does not read, with a reason, and nobody else', async () => {
    const destination = '/topic/demo.slow';
    const [slow, quick, sender] = [await open(), await open(), await open()];
    slow.send('SUBSCRIBE', { id: 'a', destination });
    quick.send('SUBSCRIBE', { id: 'a', destination });
    await sender.receipt('SEND', { destination: '/app/demo.sink' });
    slow.socket.pause();
    const body = 'x'.repeat(60_000);
    for (let index = 0; index < 200; index += 1) {
      sender.send('SEND', { destination }, `${index} ${body}`);
      const message = await quick.next();
      assert.equal(Number(message.body.split(' ')[0]), index);
    }
    await until(() => (stomp.server.stats().ended.get('slow_consumer') ?? 0) === 1);
  });

  it('gives who resumes what it missed in order, or says that it could not', async () => {
    const destination = '/topic/demo.resume';
    const [sender, first] = [await open(), await open()];
    await first.receipt('SUBSCRIBE', { id: 'a', destination });
    sender.send('SEND', { destination }, '1');
    const seen = (await first.next()).headers['offset']!;
    first.socket.destroy();
    for (const body of ['2', '3']) await sender.receipt('SEND', { destination }, body);

    const back = await open();
    await back.receipt('SEND', { destination: '/app/demo.sink' });
    back.send('SUBSCRIBE', { id: 'a', destination, resume: seen });
    const missed = await read(back, 2);
    assert.deepEqual(bodies(missed), ['2', '3']);
    assert.deepEqual(
      missed.map(({ headers }) => headers['recovered']),
      ['true', undefined],
    );

    const stranger = await open();
    await stranger.receipt('SUBSCRIBE', { id: 'a', destination, resume: 'another-epoch.1' });
    const ahead = await open();
    await ahead.receipt('SUBSCRIBE', { id: 'a', destination, resume: seen.replace(/\d+$/, '99') });
    sender.send('SEND', { destination }, '4');
    for (const client of [stranger, ahead]) {
      const live = await client.next();
      assert.deepEqual([live.body, live.headers['recovered']], ['4', 'false']);
    }
  });

  it('says that it could not where more was missed than is kept', async () => {
    const destination = '/topic/demo.forgotten';
    const sender = await open();
    await sender.receipt('SUBSCRIBE', { id: 'a', destination });
    sender.send('SEND', { destination }, 'first');
    const seen = (await sender.next()).headers['offset']!;
    await sender.receipt('UNSUBSCRIBE', { id: 'a' });
    for (let index = 0; index < 3_000; index += 1) sender.send('SEND', { destination }, 'more');
    await sender.receipt('SEND', { destination: '/app/demo.sink' });
    await sender.receipt('SUBSCRIBE', { id: 'b', destination, resume: seen });
    sender.send('SEND', { destination }, 'live');
    const live = await sender.next();
    assert.deepEqual([live.body, live.headers['recovered']], ['live', 'false']);
  });

  it('tells the sender when a queue keeps as much as it can, and loses nothing of it', async () => {
    const destination = '/queue/demo.full';
    const sender = await open();
    const body = 'x'.repeat(1_000_000);
    for (let index = 0; index < 80; index += 1)
      sender.send('SEND', { destination, receipt: String(index) }, body);
    let kept = 0;
    for (;;) {
      const frame = await sender.next();
      if (frame.command === 'ERROR') {
        assert.equal(frame.headers['code'], 'queue_full');
        break;
      }
      kept += 1;
    }
    assert.ok(kept > 60 && kept < 70, `${kept} messages of 1 MB`);
    const reader = await open();
    reader.send('SUBSCRIBE', { id: 'a', destination });
    assert.equal((await read(reader, kept)).length, kept);
  });
});
