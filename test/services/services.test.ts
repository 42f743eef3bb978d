import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { type ServiceStatus, services, statusOfServices, useServices } from '../support/services.ts';
import { until } from '../support/until.ts';

describe('npm run services', { timeout: 600_000 }, () => {
  const service = useServices('postgres', 'redis', 'redis-cluster', 'rabbitmq', 'kafka');

  it('gives a PostgreSQL of the network that takes its password', async () => {
    const url = service('postgres').env['DATABASE_URL']!;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ fsync: string }>('show fsync');
    await client.end();
    assert.equal(rows[0]?.fsync, 'on');
    const wrong = new pg.Client({ connectionString: url.replace(/:[^:@]*@/, ':wrong@') });
    await assert.rejects(wrong.connect(), { code: '28P01' });
  });

  it('gives a Redis, and a cluster of three masters with a replica each', async () => {
    const url = new URL(service('redis').env['REDIS_URL']!);
    assert.match(await ask(Number(url.port), 'PING\r\n'), /^\+PONG/);
    const ports = service('redis-cluster')
      .env['REDIS_CLUSTER']!.split(',')
      .map((address) => Number(address.split(':')[1]));
    assert.equal(ports.length, 6);
    const nodes = await ask(ports[0]!, 'CLUSTER NODES\r\n');
    assert.equal(nodes.match(/ (?:myself,)?master /g)?.length, 3);
    assert.equal(nodes.match(/ (?:myself,)?slave /g)?.length, 3);
  });

  it('gives a RabbitMQ that speaks AMQP and STOMP', async () => {
    const { env, ports } = service('rabbitmq');
    const url = new URL(env['AMQP_URL']!);
    // Connection.Start: a frame of type 1 on channel 0, of class 10 and method 10.
    const start = await ask(Number(url.port), 'AMQP\0\0\x09\x01');
    assert.deepEqual([...Buffer.from(start, 'latin1').subarray(7, 11)], [0, 10, 0, 10]);
    const connected = await ask(
      ports!['stomp']!,
      `CONNECT\naccept-version:1.2\nhost:/\nlogin:${url.username}\npasscode:${url.password}\n\n\0`,
    );
    assert.match(connected, /^CONNECTED\n/);
  });

  it('gives three brokers of Kafka, each of which answers', async () => {
    const brokers = service('kafka').env['KAFKA_BROKERS']!.split(',');
    assert.equal(brokers.length, 3);
    const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);
    for (const broker of brokers) {
      const answer = await ask(Number(broker.split(':')[1]), apiVersions.toString('latin1'));
      const bytes = Buffer.from(answer, 'latin1');
      assert.equal(bytes.readInt32BE(4), 7, 'the number of the request comes back');
      assert.equal(bytes.readInt16BE(8), 0, 'no error');
    }
  });
});

describe('a service of its own folder', { timeout: 300_000 }, () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'firstcome-services-'));
    // PostgreSQL of root runs as another user.
    await chmod(directory, 0o755);
  });
  after(async () => {
    await services(['stop'], directory);
    await rm(directory, { recursive: true, force: true });
  });

  it('is found running by a second start, and ends by its process id', async () => {
    await services(['start', 'redis'], directory);
    const first = await pidOf('redis');
    const [{ env }] = (await statusOfServices(['redis'], directory)) as [ServiceStatus];
    const port = Number(new URL(env['REDIS_URL']!).port);
    await services(['start', 'redis'], directory);
    assert.equal(await pidOf('redis'), first);
    assert.match(await ask(port, 'PING\r\n'), /^\+PONG/);
    await services(['stop', 'redis'], directory);
    await assert.rejects(ask(port, 'PING\r\n'), { code: 'ECONNREFUSED' });
    assert.equal((await statusOfServices(['redis'], directory))[0]?.state, 'stopped');
  });

  it('is stopped once a process of it has died, and a start brings it back', async () => {
    await services(['start', 'redis'], directory);
    const first = await pidOf('redis');
    process.kill(first, 'SIGKILL');
    await until(async () => (await statusOfServices(['redis'], directory))[0]?.state === 'stopped');
    await services(['start', 'redis'], directory);
    assert.notEqual(await pidOf('redis'), first);
    assert.equal((await statusOfServices(['redis'], directory))[0]?.state, 'running');
  });

  it('keeps its data over a restart, and begins again with --fresh', async () => {
    await services(['start', 'postgres'], directory);
    await query('create table kept (id int)');
    await services(['stop', 'postgres'], directory);
    await services(['start', 'postgres'], directory);
    assert.equal(await query("select to_regclass('kept') is not null as there"), true);
    await services(['start', 'postgres', '--fresh'], directory);
    assert.equal(await query("select to_regclass('kept') is not null as there"), false);
  });

  it('of an unknown name or command is refused in words', async () => {
    await assert.rejects(services(['start', 'oracle'], directory), /there is no service "oracle"/);
    await assert.rejects(services(['begin'], directory), /there is no command "begin"/);
  });

  async function pidOf(name: string): Promise<number> {
    const state = JSON.parse(await readFile(join(directory, `${name}.json`), 'utf8')) as {
      readonly processes: readonly { readonly pid: number }[];
    };
    return state.processes[0]!.pid;
  }

  async function query(text: string): Promise<unknown> {
    const [status] = await statusOfServices(['postgres'], directory);
    const client = new pg.Client({ connectionString: status!.env['DATABASE_URL'] });
    await client.connect();
    try {
      const { rows } = await client.query<{ there: boolean }>(text);
      return rows[0]?.there;
    } finally {
      await client.end();
    }
  }
});

/** The beginning of the answer to some bytes. */
function ask(port: number, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(words, 'latin1'));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`port ${port} does not answer`)));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      socket.setTimeout(200, () => {
        resolve(answer);
        socket.destroy();
      });
    });
    socket.once('error', reject);
  });
}
