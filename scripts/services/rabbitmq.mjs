import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { untilReady } from './processes.mjs';
import { findProgram, installPackages, isExecutable } from './programs.mjs';

const LIBRARY = '/usr/lib/rabbitmq/lib';
const READY_MS = 120_000;
const USER = 'firstcome';
/** Known to everyone: the broker listens on the loopback address, for tests and demonstrations. */
const PASSWORD = 'demo-rabbitmq-password';

/** RabbitMQ with STOMP over TCP and over WebSocket; Erlang's own name service is one of this broker alone. */
export const rabbitmq = {
  name: 'rabbitmq',
  install: () => installPackages(['rabbitmq-server'], async () => (await findServer()) !== undefined),
  async launch(place) {
    const [amqp, stomp, webStomp, prometheus, distribution, names] = await place.ports(6);
    const home = join(place.directory, 'home');
    await mkdir(home, { recursive: true });
    await writeFile(join(home, '.erlang.cookie'), 'firstcome-demo-cookie');
    await chmod(join(home, '.erlang.cookie'), 0o600);
    const config = join(place.directory, 'rabbitmq.conf');
    await writeFile(config, configuration({ amqp, stomp, webStomp, prometheus }));
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
      ports: { stomp, webStomp, prometheus },
    };
  },
};

function configuration({ amqp, stomp, webStomp, prometheus }) {
  return [
    `listeners.tcp.1 = 127.0.0.1:${amqp}`,
    `stomp.listeners.tcp.1 = 127.0.0.1:${stomp}`,
    'web_stomp.tcp.ip = 127.0.0.1',
    `web_stomp.tcp.port = ${webStomp}`,
    'prometheus.tcp.ip = 127.0.0.1',
    `prometheus.tcp.port = ${prometheus}`,
    `default_user = ${USER}`,
    `default_pass = ${PASSWORD}`,
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
