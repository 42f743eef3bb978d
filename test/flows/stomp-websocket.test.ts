import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, type IFrame, type IMessage, type StompConfig } from '@stomp/stompjs';
import { TCPWrapper } from '@stomp/tcp-wrapper';
import { WebSocket } from 'ws';
import { startStomp, type TestStomp } from '../support/stomp.ts';

/** What the library calls, with its own ways of framing. */
const ways: Readonly<Record<string, (stomp: TestStomp) => Partial<StompConfig>>> = {
  'WebSocket, text': ({ httpPort }) => ({ brokerURL: `ws://127.0.0.1:${httpPort}/stomp` }),
  'WebSocket, binary': ({ httpPort }) => ({
    brokerURL: `ws://127.0.0.1:${httpPort}/stomp`,
    forceBinaryWSFrames: true,
  }),
  'WebSocket, frames split': ({ httpPort }) => ({
    brokerURL: `ws://127.0.0.1:${httpPort}/stomp`,
    splitLargeFrames: true,
    maxWebSocketChunkSize: 64,
  }),
  TCP: ({ tcpPort }) => ({ webSocketFactory: () => new TCPWrapper('127.0.0.1', tcpPort) as never }),
};

for (const [name, configure] of Object.entries(ways)) {
  describe(`@stomp/stompjs over ${name}`, { timeout: 60_000 }, () => {
    let stomp: TestStomp;
    let client: Client;
    before(async () => {
      stomp = await startStomp({ isTimeReal: true });
      client = await connected(configure(stomp), 'ann');
    });
    after(async () => {
      await client.deactivate();
      await stomp.stop();
      assert.deepEqual(stomp.errors, []);
    });

    it('connects with the newest version and heart-beats', () => {
      assert.equal(client.connectedVersion, '1.2');
    });

    it('gets what it sent to a topic, in every language and with headers of any text', async () => {
      const got = new Promise<IMessage>((resolve) => void client.subscribe('/topic/demo.lib', resolve));
      const body = `좌석 ${'x'.repeat(1_000)} 🎟`;
      client.publish({ destination: '/topic/demo.lib', body, headers: { odd: 'a:b\nc\\d' } });
      const message = await got;
      assert.equal(message.body, body);
      assert.equal(message.headers['odd'], 'a:b\nc\\d');
    });

    it('gets bytes as they were sent', async () => {
      const binaryBody = Uint8Array.from({ length: 256 }, (_none, index) => index);
      const got = new Promise<IMessage>((resolve) => void client.subscribe('/topic/demo.bytes', resolve));
      client.publish({ destination: '/topic/demo.bytes', binaryBody });
      assert.deepEqual([...(await got).binaryBody], [...binaryBody]);
    });

    it('acknowledges, and gets a message again after nack', async () => {
      client.publish({ destination: '/queue/demo.lib', body: 'once' });
      const seen: IMessage[] = [];
      await new Promise<void>((resolve) => {
        client.subscribe(
          '/queue/demo.lib',
          (message) => {
            seen.push(message);
            if (seen.length === 1) message.nack();
            else {
              message.ack();
              resolve();
            }
          },
          { ack: 'client-individual' },
        );
      });
      assert.deepEqual(
        seen.map(({ headers }) => headers['redelivered']),
        [undefined, 'true'],
      );
    });

    it('commits what a transaction holds, and drops what it aborts', async () => {
      const bodies: string[] = [];
      const end = new Promise<void>((resolve) => {
        client.subscribe('/topic/demo.lib-tx', ({ body }) => {
          bodies.push(body);
          if (body === 'end') resolve();
        });
      });
      const [keep, drop] = [client.begin(), client.begin()];
      client.publish({ destination: '/topic/demo.lib-tx', body: 'kept', headers: { transaction: keep.id } });
      client.publish({
        destination: '/topic/demo.lib-tx',
        body: 'dropped',
        headers: { transaction: drop.id },
      });
      drop.abort();
      keep.commit();
      client.publish({ destination: '/topic/demo.lib-tx', body: 'end' });
      await end;
      assert.deepEqual(bodies, ['kept', 'end']);
    });

    it('hears of an error with its code', async () => {
      const other = await connected(configure(stomp), 'bob');
      const error = new Promise<IFrame>((resolve) => {
        other.onStompError = resolve;
      });
      other.publish({ destination: '/topic/forbidden', body: 'x' });
      assert.equal((await error).headers['code'], 'destination_forbidden');
      await other.deactivate();
    });
  });
}

describe('a WebSocket at /stomp', { timeout: 60_000 }, () => {
  let stomp: TestStomp;
  before(async () => {
    stomp = await startStomp({ isTimeReal: true });
  });
  after(() => stomp.stop());

  function open(path: string, headers: Readonly<Record<string, string>> = {}, protocols = ['v12.stomp']) {
    const webSocket = new WebSocket(`ws://127.0.0.1:${stomp.httpPort}${path}`, protocols, { headers });
    return new Promise<WebSocket | number>((resolve) => {
      webSocket.on('open', () => resolve(webSocket));
      webSocket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      webSocket.on('error', () => undefined);
    });
  }

  it('speaks the newest subprotocol that is offered', async () => {
    for (const [offered, chosen] of [
      [['v10.stomp', 'v11.stomp', 'v12.stomp'], 'v12.stomp'],
      [['v10.stomp'], 'v10.stomp'],
    ] as const) {
      const webSocket = await open('/stomp', {}, [...offered]);
      assert.ok(webSocket instanceof WebSocket);
      assert.equal(webSocket.protocol, chosen);
      webSocket.close();
    }
  });

  it('opens for our own pages and for origins that are named, and for nobody else’s', async () => {
    const host = `127.0.0.1:${stomp.httpPort}`;
    for (const origin of [`http://${host}`, 'https://partner.example']) {
      const webSocket = await open('/stomp', { origin });
      assert.ok(webSocket instanceof WebSocket, origin);
      webSocket.close();
    }
    for (const origin of ['https://evil.example', `http://${host}.evil.example`, 'null'])
      assert.equal(await open('/stomp', { origin }), 403, origin);
    assert.equal(await open('/elsewhere'), 404);
  });
});

function connected(config: Partial<StompConfig>, account: string): Promise<Client> {
  const client = new Client();
  client.configure({
    ...config,
    connectHeaders: { Authorization: `Bearer ${account}` },
    reconnectDelay: 0,
    heartbeatIncoming: 10_000,
    heartbeatOutgoing: 10_000,
  });
  return new Promise((resolve, reject) => {
    client.onConnect = () => resolve(client);
    client.onStompError = (frame) => reject(new Error(JSON.stringify(frame.headers)));
    client.activate();
  });
}
