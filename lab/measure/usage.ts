import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProcessTable, type ProcessRow, type ProcessTable } from './process-table.ts';

/** `subscribers`: who reads event streams beside a load. `others`: everything else that the machine did. */
export type Group = 'generator' | 'server' | 'postgres' | 'subscribers' | 'others';
export const groups: readonly Group[] = ['generator', 'server', 'postgres', 'subscribers', 'others'];

/** What a group of processes used during a load. Cores: 1 is one processor all the time. */
export type Usage = {
  readonly group: Group;
  readonly processes: number;
  readonly cores: number;
  /** Of the busiest thread that cannot be split: the event loop of a Node, a backend of PostgreSQL. */
  readonly busiestCores: number;
  readonly memoryBytesMax: number;
  /** From sample to sample: cores used in between, and memory at the end. */
  readonly course: readonly { readonly cores: number; readonly memoryBytes: number }[];
};

export type Watched = {
  readonly generator: readonly number[];
  readonly server?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly subscribers?: number | undefined;
};

type Sample = { readonly atMs: number; readonly rows: Readonly<Record<Group, readonly ProcessRow[]>> };

/** Watches processes from `start` to `stop`. */
export class UsageMeter {
  readonly #watched: Watched;
  readonly #sampleMs: number;
  readonly #table: ProcessTable;
  readonly #samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: Watched, sampleMs: number, table: ProcessTable = createProcessTable()) {
    this.#watched = watched;
    this.#sampleMs = sampleMs;
    this.#table = table;
  }

  start(): void {
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), this.#sampleMs);
  }

  stop(): readonly Usage[] {
    if (this.#timer) this.#sample();
    clearInterval(this.#timer);
    this.#timer = undefined;
    return groups.map((group) => usageOf(group, this.#samples)).filter((usage) => usage.processes > 0);
  }

  #sample(): void {
    const { generator, server, dataDir, subscribers } = this.#watched;
    const postmaster = dataDir === undefined ? undefined : findPostmaster(dataDir);
    const backends = postmaster === undefined ? [] : this.#table.childrenOf(postmaster);
    const read = (pids: readonly number[]) => pids.flatMap((pid) => this.#table.read(pid) ?? []);
    const ours = {
      generator: read(generator),
      server: read(server === undefined ? [] : [server]),
      subscribers: read(subscribers === undefined ? [] : [subscribers]),
      postgres: read(postmaster === undefined ? [] : [postmaster, ...backends]),
    };
    const others = othersOf(this.#table.machineMs?.(), Object.values(ours).flat());
    this.#samples.push({ atMs: performance.now(), rows: { ...ours, others } });
  }
}

/** What the machine did besides, as one row; none where the system does not tell. */
function othersOf(machineMs: number | undefined, ours: readonly ProcessRow[]): readonly ProcessRow[] {
  if (machineMs === undefined) return [];
  const cpuMs = machineMs - ours.reduce((sum, row) => sum + row.cpuMs, 0);
  return [{ pid: 0, parent: 0, cpuMs, mainThreadMs: 0, privateBytes: 0, sharedBytes: 0 }];
}

export function usageOf(group: Group, samples: readonly Sample[]): Usage {
  const steps = samples.slice(1).map((sample, no) => stepOf(group, samples[no]!, sample));
  const spanMs = (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
  const threads = new Map<number, number>();
  for (const step of steps) {
    for (const [pid, ms] of step.threads) threads.set(pid, (threads.get(pid) ?? 0) + ms);
  }
  const share = (ms: number) => (spanMs > 0 ? ms / spanMs : 0);
  return {
    group,
    processes: Math.max(0, ...samples.map((sample) => sample.rows[group].length)),
    cores: share(steps.reduce((sum, step) => sum + step.cpuMs, 0)),
    busiestCores: share(Math.max(0, ...threads.values())),
    memoryBytesMax: Math.max(0, ...samples.map((sample) => memoryOf(sample.rows[group]))),
    course: steps.map(({ cpuMs, wallMs, memoryBytes }) => ({
      cores: wallMs > 0 ? cpuMs / wallMs : 0,
      memoryBytes,
    })),
  };
}

/** What was used between two samples; a process that was not there before began in between. */
function stepOf(group: Group, before: Sample, after: Sample) {
  const earlier = new Map(before.rows[group].map((row) => [row.pid, row]));
  const threads = new Map<number, number>();
  let cpuMs = 0;
  for (const row of after.rows[group]) {
    const was = earlier.get(row.pid);
    cpuMs += row.cpuMs - (was?.cpuMs ?? 0);
    threads.set(row.pid, row.mainThreadMs - (was?.mainThreadMs ?? 0));
  }
  return { cpuMs, threads, wallMs: after.atMs - before.atMs, memoryBytes: memoryOf(after.rows[group]) };
}

/** What processes share is counted once. */
function memoryOf(rows: readonly ProcessRow[]): number {
  const own = rows.reduce((sum, row) => sum + row.privateBytes, 0);
  return own + Math.max(0, ...rows.map((row) => row.sharedBytes));
}

/** The process that owns the database under a data directory: the first line of its postmaster.pid. */
function findPostmaster(dataDir: string): number | undefined {
  for (const folder of ['.', ...folders(dataDir)]) {
    try {
      const [pid] = readFileSync(join(dataDir, folder, 'postmaster.pid'), 'latin1').split('\n');
      return Number(pid);
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function folders(dataDir: string): readonly string[] {
  try {
    const entries = readdirSync(dataDir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}
