/** Starts that cannot succeed: one line for the person for each problem, an exit code, and nothing left running. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { createDirectories, isRunning, postmasterPid } from '../support/postgres-process.ts';
import { PRODUCTION, startSystem } from '../support/system.ts';

type Failure = { readonly code: number | null; readonly lines: readonly string[] };

const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.geteuid?.() === 0;
const directories = await createDirectories();
after(directories.remove);

/** Serves until it gives up, and collects what it says to the person, without what tells of progress. */
async function failToServe(
  environment: Readonly<Record<string, string>>,
  account: { readonly uid?: number; readonly gid?: number } = {},
): Promise<Failure> {
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    env: { ...process.env, LOG_LEVEL: 'warn', PORT: '0', ...PRODUCTION, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...account,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = text.split('\n').filter((line) => line !== '' && !/^(?:creating|Database schema)/.test(line));
  return { code, lines };
}

function assertOneLine({ code, lines }: Failure, message: RegExp): void {
  assert.equal(code, 1);
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0] ?? '', message);
}

test('a port that is in use', async () => {
  const dataDir = await directories.withDatabase();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const failure = await failToServe({ DATA_DIR: dataDir, PORT: String(port) });
  assertOneLine(failure, new RegExp(`^firstcome: Port ${port} on 127.0.0.1 is in use: .*set PORT`));
  assert.equal(postmasterPid(dataDir), undefined);
  server.close();
});

test('a data directory that another server uses, which goes on undisturbed', async () => {
  const dataDir = await directories.withDatabase();
  const system = await startSystem({ dataDir, environment: PRODUCTION });
  const postmaster = postmasterPid(dataDir) ?? 0;
  const failure = await failToServe({ DATA_DIR: dataDir });
  const text = `^firstcome: The data directory ${dataDir} is in use by process ${system.pid}: .*set DATA_DIR`;
  assertOneLine(failure, new RegExp(text));
  assert.ok(isRunning(postmaster));
  assert.equal((await fetch(`${system.address}/health/ready`)).status, 200);
  assert.equal(await system.stop(), 0);
});

test('a data directory that is a file, or holds something else', async () => {
  const file = await directories.empty();
  await writeFile(file, '');
  assertOneLine(
    await failToServe({ DATA_DIR: file }),
    /^firstcome: .* \(a file is in its place\): .*DATA_DIR/,
  );
  const foreign = await directories.empty();
  await mkdir(join(foreign, 'postgres'), { recursive: true });
  await writeFile(join(foreign, 'postgres', 'notes.txt'), 'mine');
  const failure = await failToServe({ DATA_DIR: foreign });
  assertOneLine(failure, /^firstcome: .* is not a data directory of PostgreSQL .*DATA_DIR/);
  assert.equal(await readFile(join(foreign, 'postgres', 'notes.txt'), 'utf8'), 'mine');
});

test('a data directory that this user may not write to, or whose data are of another', async () => {
  const unwritable = /^firstcome: .* cannot be written .*DATA_DIR/;
  // Root may write everywhere but to the kernel's own files, so that an ordinary user tries, if one can read this.
  if (isRoot && !canRun(NOBODY)) {
    return assertOneLine(await failToServe({ DATA_DIR: '/sys/firstcome' }), unwritable);
  }
  const account = isRoot ? NOBODY : {};
  const dataDir = await directories.empty();
  await mkdir(dataDir, { mode: 0o755 });
  await chmod(dirname(dataDir), 0o755);
  if (!isRoot) await chmod(dataDir, 0o500);
  const reason = /^firstcome: .* cannot be written \(this user may not\): make it writable, or set DATA_DIR/;
  assertOneLine(await failToServe({ DATA_DIR: dataDir }, account), reason);
  assertOneLine(await failToServe({ DATA_DIR: join(dataDir, 'inner') }, account), reason);
  if (!isRoot) return;
  const others = await directories.withDatabase();
  await chown(others, NOBODY.uid, NOBODY.gid);
  const failure = await failToServe({ DATA_DIR: others }, NOBODY);
  assertOneLine(failure, /^firstcome: .* belongs to another user: /);
});

test('data of another version of PostgreSQL', async () => {
  const dataDir = await directories.withDatabase();
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
  const failure = await failToServe({ DATA_DIR: dataDir });
  assertOneLine(failure, /^firstcome: .* holds data of PostgreSQL 15, and this program runs PostgreSQL 18: /);
});

test('a database that PostgreSQL itself refuses', async () => {
  const dataDir = await directories.withDatabase();
  await appendFile(join(dataDir, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n');
  const failure = await failToServe({ DATA_DIR: dataDir });
  assertOneLine(
    failure,
    /^firstcome: PostgreSQL did not start: .*postgresql.conf.* contains errors. The whole log is .*postgres\.log\.$/,
  );
});

test('a broken configuration: every problem in a line of its own', async () => {
  const { code, lines } = await failToServe({
    PORT: 'http',
    MODE: 'test',
    DATABASE_URL: 'mysql://me:secret@x/y',
  });
  assert.equal(code, 2);
  assert.deepEqual(
    lines.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['firstcome: MODE', 'firstcome: PORT', 'firstcome: DATABASE_URL'],
  );
  assert.doesNotMatch(lines.join(), /secret/);
});

test('a database of one’s own that does not answer', async () => {
  const failure = await failToServe({ DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/tickets' });
  const text =
    /^firstcome: The PostgreSQL of DATABASE_URL \(127\.0\.0\.1:1\/tickets\) does not answer \(.*\): start it/;
  assertOneLine(failure, text);
  assert.doesNotMatch(failure.lines.join(), /secret/);
});

test('a full disk: before the first start, in the middle of it, and before the second', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'fc-full-'));
  try {
    if (!mount(folder)) return context.skip('only root can mount a small file system to fill');
    const dataDir = join(folder, 'data');
    const full = /^firstcome: The disk that holds the data directory .* (?:is full|has \d+ MB free)/;
    const fill = (leaving: number) => fillUp(folder, leaving);
    await fill(50);
    assertOneLine(await failToServe({ DATA_DIR: dataDir }), full);
    await rm(join(folder, 'filling'));
    execFileSync('cp', ['-pR', await directories.withDatabase(), dataDir]);
    await fill(1);
    assertOneLine(await failToServe({ DATA_DIR: dataDir }), full);
    await fill(0);
    assertOneLine(await failToServe({ DATA_DIR: dataDir }), full);
    assert.equal(postmasterPid(dataDir), undefined);
    await rm(join(folder, 'filling'));
    const system = await startSystem({ dataDir, environment: PRODUCTION });
    assert.equal(await system.stop(), 0);
  } finally {
    spawnSyncQuietly('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  }
});

/** Whether another user can read the project and its Node. */
function canRun(account: { readonly uid: number; readonly gid: number }): boolean {
  try {
    execFileSync(process.execPath, ['--check', 'src/main.ts'], { stdio: 'ignore', ...account });
    return true;
  } catch {
    return false;
  }
}

function mount(folder: string): boolean {
  return isRoot && spawnSyncQuietly('mount', ['-t', 'tmpfs', '-o', 'size=180m', 'tmpfs', folder]);
}

function spawnSyncQuietly(file: string, words: readonly string[]): boolean {
  try {
    execFileSync(file, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Fills the file system up to so many megabytes. */
async function fillUp(folder: string, leavingMiB: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const bytes = Math.max(0, bavail * bsize - leavingMiB * 2 ** 20);
  await appendFile(join(folder, 'filling'), Buffer.alloc(bytes));
}
