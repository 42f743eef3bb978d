import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serverOptions } from '../../../scripts/runtime-options.mjs';
import { services, statusOfServices } from '../services.ts';
import type { Order } from './client-process.ts';
import type { Place } from './wire.ts';

export const CLIENT = fileURLToPath(new URL('./client-process.ts', import.meta.url));
const BROKER_JS = 'stomp-broker-js@1.3.0';

/** A server that runs in a process of its own. */
export type Running = {
  readonly place: Place;
  readonly pid: number;
  /** Frees what is garbage, as far as it can be told to. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

/** Every server that is measured, by its name. */
export const SERVERS: Readonly<Record<string, () => Promise<Running>>> = {
  firstcome: () =>
    startNode(new URL('./own-server.ts', import.meta.url), {
      path: '/stomp',
      login: '',
      sink: '/app/demo.sink',
      givesReceipts: true,
    }),
  rabbitmq: startRabbitmq,
  'stomp-broker-js': startBrokerJs,
  nothing: () =>
    startNode(new URL('./bare-server.ts', import.meta.url), {
      path: '/',
      login: '',
      sink: '/topic/demo.nobody',
      givesReceipts: true,
    }),
};

type NodePlace = Pick<Place, 'path' | 'login' | 'sink' | 'givesReceipts'>;

/** As the system is started, so that the young generation is as large. */
async function startNode(file: URL, place: NodePlace, words: readonly string[] = []): Promise<Running> {
  const profile = process.argv.includes('--profile') ? ['--cpu-prof', '--cpu-prof-dir=test-results'] : [];
  const child = fork(fileURLToPath(file), [...words], {
    execArgv: [...serverOptions(), '--expose-gc', ...profile],
  });
  const port = (await nextWord(child)) as number;
  return {
    place: { ...place, port, passcode: undefined },
    pid: child.pid as number,
    async settle() {
      child.send('collect');
      await nextWord(child);
    },
    stop: () => ended(child),
  };
}

/** What a client in a process of its own measures. */
export async function measureOne(order: Order): Promise<unknown> {
  const client = fork(CLIENT, [JSON.stringify(order)], { serialization: 'advanced' });
  const { result } = (await nextWord(client)) as { readonly result: unknown };
  if (client.exitCode === null) await once(client, 'exit');
  return result;
}

/** Memory of a process as it is resident. */
export function residentKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

/** What a process says next. @throws Error where it ends without a word */
export async function nextWord(child: ChildProcess): Promise<unknown> {
  const ending = new AbortController();
  const { signal } = ending;
  const early = once(child, 'exit', { signal }).then(() => {
    throw new Error('a process of the benchmark ended before its time');
  });
  try {
    const [word] = (await Promise.race([once(child, 'message', { signal }), early])) as [unknown];
    return word;
  } finally {
    early.catch(() => undefined);
    ending.abort();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  child.disconnect();
  await once(child, 'exit');
}

/** Installed where nothing else is, without scripts: it is measured, and no part of this project. */
async function startBrokerJs(): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), 'firstcome-stomp-broker-js-'));
  await writeFile(join(directory, 'package.json'), '{"private":true}');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', BROKER_JS];
  await promisify(execFile)('npm', words, { cwd: directory, timeout: 120_000 });
  const place = { path: '/stomp', login: '', sink: '/topic/demo.nobody', givesReceipts: false };
  const running = await startNode(new URL('./broker-js-server.ts', import.meta.url), place, [directory]);
  return {
    ...running,
    async stop() {
      await running.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Used as it is where it runs; else it runs for as long. */
async function startRabbitmq(): Promise<Running> {
  const isOurs = (await statusOfServices(['rabbitmq']))[0]?.state !== 'running';
  if (isOurs) await services(['start', 'rabbitmq']);
  const status = (await statusOfServices(['rabbitmq']))[0];
  const url = new URL(status?.env['AMQP_URL'] ?? '');
  return {
    place: {
      port: status?.ports?.['webStomp'] ?? 0,
      path: '/ws',
      login: url.username,
      passcode: url.password,
      sink: '/topic/demo.nobody',
      givesReceipts: true,
    },
    pid: findBeam(`firstcome-${url.port}@localhost`),
    settle: () => Promise.resolve(),
    async stop() {
      if (isOurs) await services(['stop', 'rabbitmq']);
    },
  };
}

/** Erlang's machine under this name of a node. */
function findBeam(node: string): number {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const [program] = readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0');
      if (program?.endsWith('beam.smp') !== true) continue;
      const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
      if (environment.includes(`RABBITMQ_NODENAME=${node}`)) return Number(name);
    } catch {
      // It ended meanwhile.
    }
  }
  throw new Error(`there is no process of ${node}`);
}
