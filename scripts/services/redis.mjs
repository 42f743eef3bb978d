import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { untilReady } from './processes.mjs';
import { findProgram, installPackages, runProgram } from './programs.mjs';

const NODES = 6;
const MEMORY_MAX = '256mb';
/** Nodes of a cluster talk to each other on a port so far above that of clients. */
const BUS_DISTANCE = 10_000;
const READY_MS = 60_000;

const install = () =>
  installPackages(['redis-server'], async () => {
    return (
      (await findProgram('redis-server')) !== undefined && (await findProgram('redis-cli')) !== undefined
    );
  });

/** One Redis. */
export const redis = {
  name: 'redis',
  install,
  async launch(place) {
    const [port] = await place.ports(1);
    await startNode(place, port, []);
    return { env: { REDIS_URL: `redis://127.0.0.1:${port}` } };
  },
};

/** Six nodes: three masters, each with a replica. */
export const redisCluster = {
  name: 'redis-cluster',
  install,
  async launch(place) {
    const ports = await place.ports(NODES, BUS_DISTANCE);
    // Without a delay a replica follows at once, so that a failover is possible as soon as the cluster stands.
    const options = [
      '--cluster-enabled',
      'yes',
      '--cluster-node-timeout',
      '2000',
      '--repl-diskless-sync-delay',
      '0',
    ];
    const nodes = await Promise.all(ports.map((port) => startNode(place, port, options)));
    const failed = nodes.map((node) => node.failed);
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    const cli = await findProgram('redis-cli');
    await runProgram(cli, ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']);
    await untilReady(() => Promise.all(ports.map(assertWholeCluster)), { limitMs: READY_MS, failed });
    return { env: { REDIS_CLUSTER: addresses.join(',') } };
  },
};

async function startNode(place, port, options) {
  const name = `node-${port}`;
  const directory = join(place.directory, name);
  // A node that remembers an old cluster cannot join a new one, and nothing else is kept.
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const node = await place.run(
    name,
    await findProgram('redis-server'),
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no']
      .concat(['--maxmemory', MEMORY_MAX, '--maxmemory-policy', 'noeviction', '--daemonize', 'no'])
      .concat(options),
  );
  const ping = async () => {
    const answer = await ask(port, 'PING');
    if (!answer.startsWith('+PONG')) throw new Error(answer.trim());
  };
  await untilReady(ping, { limitMs: READY_MS, failed: [node.failed] });
  return node;
}

async function assertWholeCluster(port) {
  const info = await ask(port, 'CLUSTER INFO');
  if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${NODES}`))
    throw new Error(`node ${port} does not see the whole cluster`);
  const replication = await ask(port, 'INFO replication');
  if (replication.includes('role:slave') && !replication.includes('master_link_status:up'))
    throw new Error(`replica ${port} does not follow its master yet`);
}

/** The beginning of the answer to one command. */
function ask(port, command) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.setTimeout(2_000, () => socket.destroy(new Error(`Redis on port ${port} does not answer`)));
    socket.once('data', (data) => {
      resolve(data.toString('latin1'));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
