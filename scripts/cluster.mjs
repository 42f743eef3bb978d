/**
 * `npm run cluster [-- --apis N] [--services NAME,…]`: the system as several processes on this machine: a gateway, apis
 * and a worker, on one PostgreSQL. It takes the variables that `npm start` takes. What is killed is started again;
 * SIGUSR2 restarts the apis and the worker one after the other.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createMember } from './cluster/member.mjs';
import { startService, statusOf } from './services/manage.mjs';
import { SERVICES } from './services/services.mjs';
import { buildPages } from './setup/pages.mjs';
import { setUp } from './setup/set-up.mjs';
import { reportFailure, SetupFailure, say } from './setup/terminal.mjs';

const USAGE = `usage: npm run cluster [-- --apis N] [--services NAME,…]

Starts a gateway, N apis (2) and a worker, on the PostgreSQL of DATABASE_URL or of npm run services, and says where to
click. Ctrl-C ends them; services stay until npm run services -- stop.`;
const APIS_MAX = 16;
/** Together they stay below what PostgreSQL takes by default. */
const CONNECTIONS_PER_PROCESS = '16';
/** Which service stands behind a feed. */
const FEED_SERVICE = { kafka: 'kafka', rabbitmq: 'rabbitmq' };

await reportFailure(async () => {
  const { apis, services, help } = readArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const node = await setUp();
  await buildPages(node);
  const environment = {
    DATABASE_CONNECTIONS_MAX: CONNECTIONS_PER_PROCESS,
    ...(await environmentOf(services)),
  };
  const members = await membersOf(node, apis, environment);
  const stopping = untilStopped();
  // Also one that has not become ready yet.
  void stopping.asked.then(() => Promise.all(members.map((member) => member.stop())));
  const roll = rollingRestarts(members);
  try {
    // The worker first: it brings the schema and the demonstration, and the others find them.
    for (const member of members.toReversed()) {
      if (!stopping.isAsked()) await member.start();
    }
    if (!stopping.isAsked()) {
      process.on('SIGUSR2', roll);
      announce(members[0].address);
    }
    await stopping.asked;
  } finally {
    process.off('SIGUSR2', roll);
    await Promise.all(members.map((member) => member.stop()));
    say('the cluster is stopped; its services stay');
  }
});

function readArguments(words) {
  const options = {
    apis: { type: 'string', default: '2' },
    services: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: words, options }));
  } catch (error) {
    throw new SetupFailure(`${error.message}\n${USAGE}`);
  }
  const apis = Number(values.apis);
  if (!(Number.isInteger(apis) && apis >= 1 && apis <= APIS_MAX))
    throw new SetupFailure(`--apis must be a whole number from 1 to ${APIS_MAX}.`);
  return { apis, services: values.services.split(',').filter(Boolean), help: values.help };
}

/** Starts what is needed and not given by a variable, and says by which variables it is reached. */
async function environmentOf(asked) {
  const { DATABASE_URL, EVENT_FEED = 'postgres', KAFKA_BROKERS, AMQP_URL } = process.env;
  const feed = FEED_SERVICE[EVENT_FEED];
  const isGiven = { postgres: DATABASE_URL, kafka: KAFKA_BROKERS, rabbitmq: AMQP_URL };
  const wanted = ['postgres', ...(feed ? [feed] : []), ...asked].filter((name) => !isGiven[name]);
  const found = {};
  for (const name of new Set(wanted)) {
    const service = SERVICES.find((one) => one.name === name);
    if (!service) throw new SetupFailure(`there is no service "${name}".`);
    await startService(service, { fresh: false });
    Object.assign(found, (await statusOf(service)).env);
  }
  return found;
}

/** The gateway, the apis and the worker, in this order. */
async function membersOf(node, apis, environment) {
  const host = process.env.HOST || '127.0.0.1';
  const port = Number(process.env.PORT || 8_080) || (await freePorts(1))[0];
  const [workerPort, ...apiPorts] = await freePorts(apis + 1);
  const addressOf = (number) => `http://127.0.0.1:${number}`;
  const gateway = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const shared = {
    ...environment,
    PUBLIC_URL: process.env.PUBLIC_URL || gateway,
    API_INSTANCES: apiPorts.map(addressOf).join(','),
    INTERNAL_HOST: '127.0.0.1',
    LOG_LEVEL: process.env.LOG_LEVEL || 'warn',
  };
  await writeVariables(shared);
  const member = (name, roles, number) =>
    createMember({
      name,
      roles,
      node,
      address: addressOf(number),
      environment: { ...shared, INTERNAL_PORT: String(number) },
    });
  const front = { name: 'gateway', roles: 'gateway', node, address: gateway };
  return [
    createMember({ ...front, environment: { ...shared, HOST: host, PORT: String(port) } }),
    ...apiPorts.map((number, index) => member(`api-${index + 1}`, 'api', number)),
    member('worker', 'worker', workerPort),
  ];
}

/** For commands beside the cluster: `set -a; . .data/cluster.env; npm run cli -- check`. */
async function writeVariables(variables) {
  const directory = resolve(process.env.DATA_DIR || '.data');
  await mkdir(directory, { recursive: true });
  const given = ['DATABASE_URL', 'SECRET_KEY', 'MODE', 'EVENT_FEED', 'KAFKA_BROKERS', 'AMQP_URL'];
  const kept = Object.fromEntries(
    given.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
  );
  const lines = Object.entries({ ...kept, ...variables }).map(([name, value]) => `${name}='${value}'`);
  await writeFile(join(directory, 'cluster.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Ports that nobody has now. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((done) => server.once('listening', done))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

function untilStopped() {
  const { promise, resolve: stop } = Promise.withResolvers();
  let isAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      isAsked = true;
      stop();
    });
  return { asked: promise, isAsked: () => isAsked };
}

/** One after the other, each ready before the next; the gateway stays. */
function rollingRestarts([, ...members]) {
  let last = Promise.resolve();
  const roll = async () => {
    for (const member of members) await member.restart();
    say('all apis and the worker have been restarted');
  };
  return () => {
    last = last.then(roll).catch((error) => say(error.message));
  };
}

function announce(address) {
  process.stdout.write(
    [
      '',
      `firstcome is running at ${address} as a cluster`,
      '',
      `  Ticket shop       ${address}/`,
      `  For sellers       ${address}/seller`,
      `  For managers      ${address}/operations`,
      `  Health            ${address}/health/ready`,
      '',
      'Kill a process by its number above: it is started again, and nothing that was answered is lost.',
      `Restart the apis and the worker one by one: kill -USR2 ${process.pid}`,
      'Variables for commands beside it stand in DATA_DIR/cluster.env. Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );
}
