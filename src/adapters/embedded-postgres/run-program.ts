import { spawn } from 'node:child_process';
import type { Account } from './types.ts';

export type ProgramRun = { readonly code: number | null; readonly output: string };

export type ProgramOptions = {
  readonly cwd: string;
  readonly account: Account | undefined;
  readonly signal?: AbortSignal;
};

/** How to start a program as `account`; libuv then drops the supplementary groups as well. */
export function identityOf(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/** English messages, and nothing of this process's environment that could steer PostgreSQL (PGDATA, PGPORT ...). */
export function programEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of ['PATH', 'LD_LIBRARY_PATH']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** Runs a program to its end with its output collected. A program that cannot be started has the code null. */
export function runProgram(file: string, args: string[], options: ProgramOptions): Promise<ProgramRun> {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk: string): void => {
      output = (output + chunk).slice(-64_000);
    };
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: programEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identityOf(options.account),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: null, output: `${output}\n${error.message}` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
