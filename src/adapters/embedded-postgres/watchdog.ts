import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { directoryArgument } from './account.ts';
import { KEEPALIVE_FILE, openBothEnds } from './keepalive.ts';
import { identityOf, programEnvironment } from './run-program.ts';
import { fixedSettings } from './settings.ts';
import type { Cluster } from './types.ts';

/** How long a listening watchdog counts as busy rather than as kept by somebody else. */
export const STILL_USED_AFTER_MS = 5_000;
const HANGING_AFTER_SECONDS = 30;
/** How long the end of PostgreSQL is waited for: longer than a shutdown may hang. */
export const STOP_MS_MAX = 60_000;

const LOG_BYTES_MAX = 4 * 2 ** 20;

/**
 * Runs PostgreSQL and waits beside it, in a session of its own, where no Ctrl-C of a terminal comes. The reader
 * stops PostgreSQL (SIGINT is its fast shutdown) when the last user of the keepalive pipe is gone; it closes the
 * pipe first, so that nobody joins what is about to stop. A shutdown that hangs, as PostgreSQL's can when it is
 * asked for in the middle of a recovery, is cut short by SIGQUIT: nothing that was committed is lost. Descriptor 3
 * is both ends of the pipe from the starter. $1 is the directory of the socket, the rest the command. The last
 * TERM goes to the reader and its sleep, which share the group of this shell and of nothing else.
 */
const SCRIPT = `
exec 4<"./${KEEPALIVE_FILE}" 3>&- || exit 1
sockets=$1; shift
"$@" </dev/null 4<&- &
postgres=$!
{
  while read -r _ <&4; do :; done
  exec 4<&-
  kill -INT "$postgres"
  cd / && exec >/dev/null && sleep ${HANGING_AFTER_SECONDS} && kill -QUIT "$postgres"
} 2>/dev/null &
exec 4<&-
wait "$postgres"; code=$?
trap '' TERM; kill -TERM 0
rmdir "$sockets" 2>/dev/null
exit "$code"
`;

/** A PostgreSQL that this process has started. */
export type StartedPostgres = {
  /** Resolves when PostgreSQL has ended, with what it said since its start. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Closes both ends of the pipe that the start held open: anyone who has not joined by then does not count. */
  release(): void;
};

/** The file that PostgreSQL writes its log to. */
export function logFileOf(cluster: Cluster): string {
  return join(dirname(cluster.directory), 'postgres.log');
}

/** Starts PostgreSQL under a watchdog. Until `release` the start itself counts as a user. */
export async function startPostgres(cluster: Cluster, socketDirectory: string): Promise<StartedPostgres> {
  const { directory, account, binaries } = cluster;
  const settings = Object.entries(fixedSettings(socketDirectory)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const command = [
    join(binaries.directory, 'bin', 'postgres'),
    '-D',
    await directoryArgument(directory, account),
  ];
  const logFile = logFileOf(cluster);
  const logStart = await rotate(logFile);
  const log = openSync(logFile, 'a', 0o600);
  if (account !== undefined) fchownSync(log, account.uid, account.gid);
  let bothEnds: number | undefined = openBothEnds(directory);
  const release = (): void => {
    if (bothEnds !== undefined) closeSync(bothEnds);
    bothEnds = undefined;
  };
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', ['-c', SCRIPT, 'firstcome-postgres', socketDirectory, ...command, ...settings], {
      cwd: directory,
      env: programEnvironment(),
      detached: true,
      stdio: ['ignore', log, log, bothEnds],
      ...identityOf(account),
    });
  } catch (error) {
    release();
    throw error;
  } finally {
    closeSync(log);
  }
  child.unref();
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const finish = (text: string): void => {
      over = true;
      resolve(text);
    };
    child.on('error', (error) => finish(error.message));
    // The log may be gone, as with a data directory that was removed right after the stop.
    const tellWhy = (): Promise<void> =>
      readFrom(logFile, logStart).then(finish, (e: unknown) => finish(String(e)));
    child.on('exit', () => void tellWhy());
  });
  return { ended, hasEnded: () => over, release };
}

/** Keeps one old log beside the current one. Returns the size of the current one. */
async function rotate(file: string): Promise<number> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size < LOG_BYTES_MAX) return size;
  await rename(file, `${file}.1`);
  return 0;
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(64_000), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
