import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { installOpenssl, makeCertificate } from './certificate.mjs';
import { untilReady } from './processes.mjs';
import { findProgram, installPackages, isExecutable } from './programs.mjs';

const LIBRARY = '/usr/lib/rabbitmq/lib';
const READY_MS = 120_000;
const USER = 'firstcome';
/** Known to everyone: the broker listens on the loopback address, for tests and demonstrations. */
const PASSWORD = 'demo-rabbitmq-password';
/**
 * Users besides, of the same password, with no more than they need for streams under this name: one that makes them,
 * and one that uses them (docs/deploy.md).
 */
const SHARED_NAME = String.raw`firstcome\.shared`;
const STREAMS = String.raw`${SHARED_NAME}\.\d+`;
const RIGHTS = {
  [USER]: { configure: '.*', write: '.*', read: '.*' },
  'firstcome-maker': {
    configure: `^${SHARED_NAME}$|^${STREAMS}$`,
    write: `^${SHARED_NAME}$|^${STREAMS}$`,
    read: `^${SHARED_NAME}$|^${STREAMS}$`,
  },
  'firstcome-least': { configure: '^$', write: `^${SHARED_NAME}$`, read: `^${STREAMS}$` },
};

/** RabbitMQ with STOMP over TCP and over WebSocket; Erlang's own name service is one of this broker alone. */
export const rabbitmq = {
  name: 'rabbitmq',
  async install() {
    await installPackages(['rabbitmq-server'], async () => (await findServer()) !== undefined);
    await installOpenssl();
  },
  async launch(place) {
    const [amqp, amqps, stomp, webStomp, prometheus, distribution, names] = await place.ports(7);
    const home = join(place.directory, 'home');
    await mkdir(home, { recursive: true });
    await writeFile(join(home, '.erlang.cookie'), 'firstcome-demo-cookie');
    await chmod(join(home, '.erlang.cookie'), 0o600);
    const config = join(place.directory, 'rabbitmq.conf');
    const definitions = join(place.directory, 'definitions.json');
    await writeFile(definitions, JSON.stringify(users()), { mode: 0o600 });
    const { certificate, key } = await makeCertificate(place.directory);
    const files = { definitions, certificate, key };
    await writeFile(config, configuration({ amqp, amqps, stomp, webStomp, prometheus }, files));
    const plugins = join(place.directory, 'enabled_plugins');
    await writeFile(plugins, '[rabbitmq_stomp,rabbitmq_web_stomp,rabbitmq_prometheus].\n');
    const env = {
      PATH: `${process.env.PATH}:/usr/sbin`,
      HOME: home,
      ERL_EPMD_PORT: String(names),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `firstcome-${amqp}@localhost`,
      RABBITMQ_MNESIA_BASE: join(place.directory, 'data'),
      RABBITMQ_LOG_BASE: join(place.directory, 'log'),
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_LOGS: '-',
    };
    // Erlang would start its name service as a daemon that nobody ends.
    const epmd = await place.run(
      'epmd',
      await findProgram('epmd'),
      ['-address', '127.0.0.1', '-port', String(names)],
      { env },
    );
    const server = await place.run('rabbitmq', await findServer(), [], { env });
    const failed = [epmd.failed, server.failed];
    await untilReady(() => greet(amqp, 'AMQP\0\0\x09\x01'), { limitMs: READY_MS, failed });
    await untilReady(() => greet(stomp, 'NOT-A-FRAME\n\n\0'), { limitMs: READY_MS, failed });
    return {
      env: { AMQP_URL: `amqp://${USER}:${PASSWORD}@127.0.0.1:${amqp}` },
      ports: { amqps, stomp, webStomp, prometheus },
      certificate,
    };
  },
};

function users() {
  // The format of RabbitMQ's definitions: a salt of four bytes, then the hash of salt and password.
  const salt = Buffer.from('salt');
  const hash = createHash('sha256').update(salt).update(PASSWORD).digest();
  const secret = {
    password_hash: Buffer.concat([salt, hash]).toString('base64'),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  };
  const named = Object.entries(RIGHTS);
  return {
    vhosts: [{ name: '/' }],
    users: named.map(([name]) => ({ name, ...secret, tags: name === USER ? 'administrator' : '' })),
    permissions: named.map(([user, rights]) => ({ user, vhost: '/', ...rights })),
  };
}

function configuration({ amqp, amqps, stomp, webStomp, prometheus }, files) {
  return [
    `listeners.tcp.1 = 127.0.0.1:${amqp}`,
    `listeners.ssl.1 = 127.0.0.1:${amqps}`,
    `ssl_options.certfile = ${files.certificate}`,
    `ssl_options.keyfile = ${files.key}`,
    'ssl_options.verify = verify_none',
    `stomp.listeners.tcp.1 = 127.0.0.1:${stomp}`,
    'web_stomp.tcp.ip = 127.0.0.1',
    `web_stomp.tcp.port = ${webStomp}`,
    'prometheus.tcp.ip = 127.0.0.1',
    `prometheus.tcp.port = ${prometheus}`,
    `load_definitions = ${files.definitions}`,
    'vm_memory_high_watermark.absolute = 512MB',
    'disk_free_limit.absolute = 100MB',
    'log.console = true',
    'log.console.level = warning',
    '',
  ].join('\n');
}

/** The script without the change of user that Debian puts before it. */
async function findServer() {
  const versions = await readdir(LIBRARY).catch(() => []);
  for (const version of versions
    .filter((name) => name.startsWith('rabbitmq_server-'))
    .toSorted()
    .toReversed()) {
    const path = join(LIBRARY, version, 'sbin', 'rabbitmq-server');
    if (await isExecutable(path)) return path;
  }
  return findProgram('rabbitmq-server');
}

/** A listener that speaks its protocol answers, if only with an error; one that is not ready refuses or says nothing. */
function greet(port, words) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(words, 'latin1'));
    socket.setTimeout(5_000, () => socket.destroy(new Error(`port ${port} does not answer`)));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('close', () => reject(new Error(`port ${port} closed the connection`)));
    socket.once('error', reject);
  });
}
