import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { RawClient, startStomp, type TestStomp } from '../support/stomp.ts';
import { until } from '../support/until.ts';

describe('a session of STOMP', { timeout: 60_000 }, () => {
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

  function open(): RawClient {
    const client = new RawClient(stomp.tcpPort);
    clients.push(client);
    return client;
  }

  async function refusal(client: RawClient): Promise<string | undefined> {
    const frame = await client.next();
    assert.equal(frame.command, 'ERROR');
    await client.closed();
    return frame.headers['code'];
  }

  it('speaks the newest version that both know, and 1.0 where none is named', async () => {
    const versions = { '1.0,1.1,1.2,2.0': '1.2', '1.1,1.0': '1.1', '1.0': '1.0' };
    for (const [offered, spoken] of Object.entries(versions)) {
      const connected = await open().connect('ann', { 'accept-version': offered });
      assert.deepEqual([connected.command, connected.headers['version']], ['CONNECTED', spoken]);
    }
    const old = open();
    old.send('CONNECT', { passcode: 'ann' });
    assert.equal((await old.next()).headers['version'], '1.0');
    const none = open();
    none.send('STOMP', { 'accept-version': '3.0', host: 'x', passcode: 'ann' });
    assert.equal(await refusal(none), 'version_unsupported');
  });

  it('lets nobody in without a valid token of the account that is named', async () => {
    const attempts: readonly (readonly [Record<string, string>, string])[] = [
      [{}, 'token_missing'],
      [{ passcode: 'a!' }, 'token_invalid'],
      [{ passcode: 'expired' }, 'token_expired'],
      [{ authorization: 'Basic YQ==' }, 'token_invalid'],
      [{ authorization: 'Bearer ann', passcode: 'bob' }, 'account_mismatch'],
      [{ authorization: 'Bearer ann', passcode: 'a!' }, 'token_invalid'],
      [{ login: 'bob', passcode: 'ann' }, 'account_mismatch'],
    ];
    for (const [headers, code] of attempts) {
      const client = open();
      client.send('CONNECT', { 'accept-version': '1.2', host: 'x', ...headers });
      assert.equal(await refusal(client), code, JSON.stringify(headers));
    }
    const good = [
      { Authorization: 'Bearer ann' },
      { AUTHORIZATION: 'bearer ann', Passcode: 'ann' },
      { LOGIN: 'ann@x.example', passcode: 'ann' },
    ];
    for (const headers of good) {
      const client = open();
      client.send('CONNECT', { 'accept-version': '1.2', host: 'x', ...headers });
      assert.equal((await client.next()).command, 'CONNECTED', JSON.stringify(headers));
    }
  });

  it('takes no frame before CONNECT, and CONNECT once', async () => {
    const early = open();
    early.send('SEND', { destination: '/topic/demo.a', receipt: '7' });
    const error = await early.next();
    assert.deepEqual([error.headers['code'], error.headers['receipt-id']], ['not_connected', '7']);
    const twice = open();
    await twice.connect('ann');
    twice.send('CONNECT', { 'accept-version': '1.2', host: 'x', passcode: 'ann' });
    assert.equal(await refusal(twice), 'not_connected');
  });

  it('ends a connection that sends no CONNECT in time', async () => {
    const client = open();
    await new Promise((resolve) => client.socket.once('connect', resolve));
    // One that has connected meanwhile is not ended with it.
    const other = open();
    await other.connect('ann');
    await stomp.clock.advance(10_001);
    assert.equal(await refusal(client), 'connect_timeout');
    await other.receipt('SEND', { destination: '/app/demo.sink' });
  });

  it('gives a receipt for any frame, and closes after that of DISCONNECT', async () => {
    const client = open();
    await client.connect('ann');
    await client.receipt('SUBSCRIBE', { id: '1', destination: '/queue/demo.receipts' });
    await client.receipt('BEGIN', { transaction: 't' });
    await client.receipt('ABORT', { transaction: 't' });
    await client.receipt('UNSUBSCRIBE', { id: '1' });
    await client.receipt('DISCONNECT', {});
    await client.closed();
  });

  it('hands a message to every subscriber of a topic, in order, with its headers', async () => {
    const [one, two] = [open(), open()];
    await one.connect('ann');
    await two.connect('bob', { 'accept-version': '1.1' });
    await one.receipt('SUBSCRIBE', { id: 'a', destination: '/topic/demo.t' });
    await two.receipt('SUBSCRIBE', { id: 'b', destination: '/topic/demo.t' });
    for (const body of ['1', '2', '3'])
      one.send(
        'SEND',
        { destination: '/topic/demo.t', 'content-type': 'text/plain', own: 'a\\cb', passcode: 'secret' },
        body,
      );
    for (const [client, id] of [
      [one, 'a'],
      [two, 'b'],
    ] as const) {
      for (const body of ['1', '2', '3']) {
        const message = await client.next();
        assert.deepEqual(
          [
            message.command,
            message.body,
            message.headers['subscription'],
            message.headers['content-type'],
            message.headers['own'],
          ],
          ['MESSAGE', body, id, 'text/plain', 'a\\cb'],
        );
        assert.equal(message.headers['passcode'], undefined);
        assert.ok(message.headers['message-id']);
      }
    }
  });

  it('ends with ERROR on what is not allowed, and takes nothing after it', async () => {
    const forbidden: readonly (readonly [string, Record<string, string>, string])[] = [
      ['SEND', { destination: '/topic/performances/1/seats' }, 'destination_forbidden'],
      ['SEND', { destination: '/user/queue/replies' }, 'destination_forbidden'],
      ['SEND', {}, 'destination_missing'],
      ['SUBSCRIBE', { id: '1', destination: '/app/demo.echo' }, 'destination_forbidden'],
      ['SUBSCRIBE', { id: '1', destination: '/topic/other' }, 'destination_forbidden'],
      ['SUBSCRIBE', { destination: '/topic/demo.a' }, 'subscription_invalid'],
      ['UNSUBSCRIBE', { id: 'nothing' }, 'subscription_invalid'],
      ['ACK', { id: 'nothing' }, 'ack_unknown'],
      ['COMMIT', { transaction: 'nothing' }, 'transaction_invalid'],
      ['SEND', { destination: '/topic/demo.a', transaction: 'nothing' }, 'transaction_invalid'],
      ['SUBSCRIBE', { id: '1', destination: '/topic/demo.a', resume: 'nonsense' }, 'resume_invalid'],
    ];
    for (const [command, headers, code] of forbidden) {
      const client = open();
      await client.connect('ann');
      client.send(command, headers);
      client.send('SEND', { destination: '/queue/demo.after-error' }, 'never');
      assert.equal(await refusal(client), code, `${command} ${JSON.stringify(headers)}`);
    }
    const reader = open();
    await reader.connect('ann');
    assert.deepEqual(
      await reader.receipt('SUBSCRIBE', { id: '1', destination: '/queue/demo.after-error' }),
      [],
    );
  });

  it('opens no demo destination where it is not a demonstration', async () => {
    const strict = await startStomp({ demo: false });
    try {
      const client = new RawClient(strict.tcpPort);
      await client.connect('ann');
      client.send('SEND', { destination: '/topic/demo.a' });
      assert.equal((await client.next()).headers['code'], 'destination_forbidden');
    } finally {
      await strict.stop();
    }
  });

  it('does what a transaction holds at COMMIT, and nothing of one that is aborted or left open', async () => {
    const [sender, reader] = [open(), open()];
    await sender.connect('ann');
    await reader.connect('bob');
    await reader.receipt('SUBSCRIBE', { id: '1', destination: '/topic/demo.tx' });
    const send = (transaction: string, body: string) =>
      sender.send('SEND', { destination: '/topic/demo.tx', transaction }, body);
    for (const transaction of ['keep', 'drop', 'open']) sender.send('BEGIN', { transaction });
    send('keep', 'a');
    send('drop', 'b');
    send('open', 'c');
    send('keep', 'd');
    sender.send('ABORT', { transaction: 'drop' });
    sender.send('COMMIT', { transaction: 'keep' });
    await sender.receipt('DISCONNECT', {});
    assert.deepEqual([(await reader.next()).body, (await reader.next()).body], ['a', 'd']);
    assert.deepEqual(await reader.receipt('SEND', { destination: '/app/demo.sink' }), []);
  });

  it('replies to the sender alone, with its correlation-id', async () => {
    const [one, two] = [open(), open()];
    for (const client of [one, two]) {
      await client.connect('ann');
      await client.receipt('SUBSCRIBE', { id: 'r', destination: '/user/queue/replies' });
    }
    one.send('SEND', { destination: '/app/demo.echo', 'correlation-id': 'c1' }, 'hello');
    const reply = await one.next();
    assert.deepEqual(
      [reply.body, reply.headers['correlation-id'], reply.headers['destination']],
      ['hello', 'c1', '/user/queue/replies'],
    );
    assert.deepEqual(await two.receipt('SEND', { destination: '/app/demo.sink' }), []);
  });

  it('tells a session that listens of what was refused, without a receipt, and goes on', async () => {
    const client = open();
    await client.connect('ann');
    await client.receipt('SUBSCRIBE', { id: 'e', destination: '/user/queue/errors' });
    for (const body of ['no JSON', '{}', '{"accessToken":"a","more":1}']) {
      client.send('SEND', { destination: '/app/session', receipt: 'r', 'correlation-id': 'c' }, body);
      const { command, headers, body: text } = await client.next();
      assert.deepEqual(
        [command, headers['destination'], headers['correlation-id'], headers['receipt-id'], headers['code']],
        ['MESSAGE', '/user/queue/errors', 'c', 'r', 'message_invalid'],
      );
      assert.equal((JSON.parse(text) as { destination: string }).destination, '/app/session');
    }
    assert.deepEqual(await client.receipt('SEND', { destination: '/app/demo.sink' }), []);
  });

  it('ends a session that does not listen, or whose transaction failed, with the same refusal', async () => {
    const deaf = open();
    await deaf.connect('ann');
    deaf.send('SEND', { destination: '/app/session', receipt: 'r' }, 'no JSON');
    const { headers } = await deaf.next();
    assert.deepEqual([headers['code'], headers['receipt-id']], ['message_invalid', 'r']);
    const committing = open();
    await committing.connect('ann');
    await committing.receipt('SUBSCRIBE', { id: 'e', destination: '/user/queue/errors' });
    committing.send('BEGIN', { transaction: 't' });
    committing.send('SEND', { destination: '/app/session', transaction: 't' }, 'no JSON');
    committing.send('COMMIT', { transaction: 't' });
    assert.equal(await refusal(committing), 'message_invalid');
  });

  it('ends at the end of its token, unless it was given another of the same account', async () => {
    const now = stomp.clock.now();
    const [short, renewed, thief] = [open(), open(), open()];
    for (const client of [short, renewed, thief]) {
      await client.connect(`ann@${now + 120_000}`);
      await client.receipt('SUBSCRIBE', { id: 'r', destination: '/user/queue/replies' });
    }
    await stomp.clock.advance(60_001);
    for (const client of [short, renewed, thief])
      assert.equal((JSON.parse((await client.next()).body) as { type: string }).type, 'token_expiring');
    renewed.send(
      'SEND',
      { destination: '/app/session' },
      JSON.stringify({ accessToken: `ann@${now + 1_000_000}` }),
    );
    assert.equal((JSON.parse((await renewed.next()).body) as { type: string }).type, 'session_renewed');
    thief.send('SEND', { destination: '/app/session' }, JSON.stringify({ accessToken: 'bob' }));
    assert.equal(await refusal(thief), 'account_mismatch');
    await stomp.clock.advance(60_000);
    assert.equal(await refusal(short), 'token_expired');
    await renewed.receipt('SEND', { destination: '/app/demo.sink' });
  });

  it('ends when the session behind its token does', async () => {
    const [out, other] = [open(), open()];
    await out.connect('leaver');
    await other.connect('ann');
    stomp.server.endSessions(({ accountId }) => accountId === 'leaver', 'session_ended');
    assert.equal(await refusal(out), 'session_ended');
    await other.receipt('SEND', { destination: '/app/demo.sink' });
  });

  it('keeps heart-beats both ways, and ends a silent client', async () => {
    const [busy, silent, none] = [open(), open(), open()];
    const connected = await busy.connect('ann', { 'heart-beat': '10000,10000' });
    assert.equal(connected.headers['heart-beat'], '1000,1000');
    await silent.connect('ann', { 'heart-beat': '10000,0' });
    await none.connect('ann');
    for (let step = 0; step < 4; step += 1) {
      await stomp.clock.advance(9_000);
      await busy.receipt('SEND', { destination: '/app/demo.sink' });
    }
    assert.equal(await refusal(silent), 'heart_beat_missed');
    assert.ok(busy.heartBeats >= 3, `${busy.heartBeats} beats`);
    await none.receipt('SEND', { destination: '/app/demo.sink' });
  });

  it('leaves nothing behind when connections are cut', async () => {
    await until(() => stomp.server.stats().connections === 0);
    const cut = Array.from({ length: 20 }, open);
    await Promise.all(cut.map((client) => client.connect('ann')));
    assert.equal(stomp.server.stats().connections, 20);
    for (const client of cut) client.socket.resetAndDestroy();
    await until(() => stomp.server.stats().connections === 0);
  });
});
