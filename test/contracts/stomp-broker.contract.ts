import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import type { StompBroker } from '../../src/platform/live/stomp/broker.ts';
import { RawClient, type RawFrame, startStomp, type TestStomp } from '../support/stomp.ts';

/** What clients may rely on, whatever carries their messages. `open` gives undefined for the broker in memory. */
export function stompBrokerContract(name: string, open: () => Promise<StompBroker | undefined>): void {
  describe(`messages between clients of STOMP: ${name}`, { timeout: 30_000 }, () => {
    let stomp: TestStomp;
    const clients: RawClient[] = [];
    before(async () => {
      stomp = await startStomp({ isTimeReal: true, broker: await open() });
    });
    after(() => stomp.stop());
    afterEach(() => {
      for (const client of clients.splice(0)) client.socket.destroy();
      assert.deepEqual(stomp.errors, []);
    });

    async function connect(version = '1.2'): Promise<RawClient> {
      const client = new RawClient(stomp.tcpPort);
      clients.push(client);
      await client.connect('ann', { 'accept-version': version });
      return client;
    }
    const own = (kind: 'queue' | 'topic') => `/${kind}/demo.${randomUUID()}`;

    async function fill(destination: string, bodies: readonly string[]): Promise<void> {
      const sender = await connect();
      for (const body of bodies) await sender.receipt('SEND', { destination }, body);
      await sender.receipt('DISCONNECT', {});
    }

    async function read(client: RawClient, count: number): Promise<readonly RawFrame[]> {
      const frames: RawFrame[] = [];
      while (frames.length < count) frames.push(await client.next());
      assert.deepEqual(new Set(frames.map(({ command }) => command)), new Set(['MESSAGE']));
      return frames;
    }
    const bodiesOf = (frames: readonly RawFrame[]) => frames.map(({ body }) => body);
    /** Nothing has come to a client that was not read: what it asks for next is answered next. */
    const assertQuiet = async (client: RawClient) =>
      assert.deepEqual(await client.receipt('SEND', { destination: '/app/demo.sink' }), []);

    it('a topic tells every subscriber, in order, with the headers and the bytes of the sender', async () => {
      const destination = own('topic');
      const [sender, one, two] = [await connect(), await connect(), await connect('1.1')];
      await one.receipt('SUBSCRIBE', { id: 'a', destination });
      await two.receipt('SUBSCRIBE', { id: 'b', destination });
      const bodies = ['1', '가나다', '\n3\n'];
      const headers = { 'content-type': 'text/plain', own: 'a\\cb', 'reply-to': 'x', 'user-id': 'y' };
      for (const body of bodies)
        sender.send(
          'SEND',
          { destination, ...headers, 'content-length': `${Buffer.byteLength(body)}` },
          body,
        );
      for (const [client, id] of [
        [one, 'a'],
        [two, 'b'],
      ] as const)
        for (const body of bodies) {
          const message = await client.next();
          const { subscription, destination: of } = message.headers;
          assert.deepEqual([message.body, subscription, of], [body, id, destination]);
          for (const [key, value] of Object.entries(headers)) assert.equal(message.headers[key], value, key);
        }
    });

    it('a queue keeps what nobody has read, in order, and gives each message to one consumer', async () => {
      const destination = own('queue');
      await fill(destination, ['1', '2', '3', '4']);
      const consumers = [await connect(), await connect()];
      const got: string[] = [];
      for (const client of consumers) {
        client.send('SUBSCRIBE', { id: 'a', destination, ack: 'client-individual', 'prefetch-count': '2' });
        got.push(...bodiesOf(await read(client, 2)));
      }
      assert.deepEqual(got, ['1', '2', '3', '4']);
      for (const client of consumers) await assertQuiet(client);
    });

    it('a queue gives again what was refused, and what a consumer had that was cut, and nothing else', async () => {
      const destination = own('queue');
      await fill(destination, ['1', '2', '3']);
      const cut = await connect();
      cut.send('SUBSCRIBE', { id: 'a', destination, ack: 'client' });
      const had = await read(cut, 3);
      await cut.receipt('ACK', { id: had[0]!.headers['ack']! });
      cut.socket.destroy();
      const next = await connect();
      next.send('SUBSCRIBE', { id: 'a', destination, ack: 'client-individual' });
      const again = await read(next, 2);
      assert.deepEqual(bodiesOf(again), ['2', '3']);
      assert.ok(again.every(({ headers }) => headers['redelivered'] === 'true'));
      next.send('NACK', { id: again[0]!.headers['ack']! });
      const [third] = await read(next, 1);
      assert.deepEqual([third!.body, third!.headers['redelivered']], ['2', 'true']);
      for (const { headers } of [again[1]!, third!]) await next.receipt('ACK', { id: headers['ack']! });
      await next.receipt('DISCONNECT', {});
      const last = await connect();
      await last.receipt('SUBSCRIBE', { id: 'a', destination });
      last.send('SEND', { destination }, 'end');
      assert.deepEqual(bodiesOf(await read(last, 1)), ['end']);
    });

    it('what a subscription has that ends goes to another of the same session', async () => {
      const destination = own('queue');
      await fill(destination, ['1', '2']);
      const client = await connect();
      client.send('SUBSCRIBE', { id: 'a', destination, ack: 'client', 'prefetch-count': '2' });
      await read(client, 2);
      await client.receipt('UNSUBSCRIBE', { id: 'a' });
      client.send('SUBSCRIBE', { id: 'b', destination });
      assert.deepEqual(bodiesOf(await read(client, 2)).toSorted(), ['1', '2']);
    });

    it('a transaction sends and acknowledges at COMMIT, and nothing of one that is aborted', async () => {
      const [from, to] = [own('queue'), own('queue')];
      await fill(from, ['in']);
      const worker = await connect();
      worker.send('SUBSCRIBE', { id: 'a', destination: from, ack: 'client' });
      const [message] = await read(worker, 1);
      for (const transaction of ['drop', 'keep']) {
        worker.send('BEGIN', { transaction });
        worker.send('SEND', { destination: to, transaction }, `${transaction} 1`);
        worker.send('ACK', { id: message!.headers['ack']!, transaction });
        worker.send('SEND', { destination: to, transaction }, `${transaction} 2`);
        await worker.receipt(transaction === 'keep' ? 'COMMIT' : 'ABORT', { transaction });
      }
      await worker.receipt('DISCONNECT', {});
      const reader = await connect();
      reader.send('SUBSCRIBE', { id: 'a', destination: to });
      assert.deepEqual(bodiesOf(await read(reader, 2)), ['keep 1', 'keep 2']);
      await reader.receipt('SUBSCRIBE', { id: 'b', destination: from });
      await assertQuiet(reader);
    });

    it('names mean nothing but themselves', async () => {
      const base = randomUUID();
      const client = await connect();
      const names = ['*', '#', 'a/b', 'a%2Fb', 'a.b', `${'~'.repeat(100)}*`].map((part) => `${base}.${part}`);
      for (const [id, part] of names.entries())
        await client.receipt('SUBSCRIBE', { id: String(id), destination: `/topic/demo.${part}` });
      for (const part of names) client.send('SEND', { destination: `/topic/demo.${part}` }, part);
      const got = await read(client, names.length);
      assert.deepEqual(
        got.map(({ headers, body }) => [headers['subscription'], body]),
        names.map((part, id) => [String(id), part]),
      );
      await assertQuiet(client);
    });

    it('a consumer that does not read holds up its own messages, and nobody else', async () => {
      const destination = own('queue');
      const stuck = await connect();
      await stuck.receipt('SUBSCRIBE', {
        id: 'a',
        destination,
        ack: 'client-individual',
        'prefetch-count': '50',
      });
      stuck.socket.pause();
      const body = 'x'.repeat(200_000);
      await fill(
        destination,
        Array.from({ length: 60 }, (_none, index) => `${index} ${body}`),
      );
      const other = await connect();
      other.send('SUBSCRIBE', { id: 'a', destination });
      stuck.socket.destroy();
      const got = bodiesOf(await read(other, 60)).map((text) => Number(text.split(' ')[0]));
      assert.deepEqual(
        got.toSorted((a, b) => a - b),
        Array.from({ length: 60 }, (_none, index) => index),
      );
    });
  });
}
