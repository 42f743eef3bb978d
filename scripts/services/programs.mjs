import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { SetupFailure, showProgress } from '../setup/terminal.mjs';

const execute = promisify(execFile);
const INSTALL_MS = 280_000;
/** Debian keeps programs for administrators where the path of users does not lead. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** @returns {Promise<string | undefined>} the path of a program */
export async function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...MORE_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Installs Debian packages where `isPresent` says that something lacks. Nothing that they bring is started.
 *
 * @throws SetupFailure that says what to install, where this cannot
 */
export async function installPackages(packages, isPresent) {
  if (await isPresent()) return;
  const advice = `install ${packages.join(', ')} and run this again`;
  if ((await findProgram('apt-get')) === undefined) throw new SetupFailure(`${advice}.`);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const end = showProgress(() => `installing ${packages.join(', ')} (Debian packages)`);
  try {
    await apt(sudo, ['update', '-qq']);
    await apt(sudo, ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } catch (error) {
    throw new SetupFailure(`apt-get failed (${firstLine(error)}): ${advice}.`);
  } finally {
    end();
  }
  if (!(await isPresent())) throw new SetupFailure(`apt-get brought no usable ${packages[0]}: ${advice}.`);
}

function apt(sudo, args) {
  // RUNLEVEL=1 keeps maintainer scripts from starting a server of the machine's own.
  const [file, ...rest] = [
    ...sudo,
    'env',
    'RUNLEVEL=1',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    ...args,
  ];
  return runProgram(file, rest, { timeout: INSTALL_MS });
}

/** Runs a program to its end. @throws Error with what it said */
export function runProgram(file, args, options = {}) {
  return execute(file, args, { maxBuffer: 16 << 20, ...options });
}

export function firstLine(error) {
  return String(error.stderr || error.message)
    .trim()
    .split('\n')[0];
}
