import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What the operating system says of one process. */
export type ProcessRow = {
  readonly pid: number;
  readonly parent: number;
  /** Processor time since its start. */
  readonly cpuMs: number;
  /** Of its first thread alone: in Node the event loop. The same as `cpuMs` where that is not known. */
  readonly mainThreadMs: number;
  /** Memory of its own, and what it shares with others such as PostgreSQL's buffers. */
  readonly privateBytes: number;
  readonly sharedBytes: number;
};

/** Linux counts processor time in hundredths of a second for user programs on all its platforms (time(7)). */
const TICK_MS = 10;

/** Reads processes that are there; a process that ended meanwhile is left out. */
export type ProcessTable = {
  read(pid: number): ProcessRow | undefined;
  childrenOf(parent: number): readonly number[];
  /** Processor time of the whole machine, all its processors together; there where the system tells. */
  machineMs?(): number;
};

export function createProcessTable(platform: string = process.platform): ProcessTable {
  return platform === 'linux' ? procTable : createPsTable();
}

const procTable: ProcessTable = {
  read(pid) {
    try {
      const stat = readStat(`/proc/${pid}/stat`);
      const memory = readFileSync(`/proc/${pid}/status`, 'latin1');
      return {
        pid,
        ...stat,
        mainThreadMs: readStat(`/proc/${pid}/task/${pid}/stat`).cpuMs,
        privateBytes: memoryOf(memory, 'RssAnon') + memoryOf(memory, 'RssFile'),
        sharedBytes: memoryOf(memory, 'RssShmem'),
      };
    } catch {
      return undefined;
    }
  },
  childrenOf(parent) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return readStat(`/proc/${name}/stat`).parent === parent;
        } catch {
          return false;
        }
      })
      .map(Number);
  },
  machineMs: () => busyMsOf(readFileSync('/proc/stat', 'latin1')),
};

/** proc(5): user, nice, system, idle, iowait, irq, softirq, steal. What a neighbour on the host took is not ours. */
export function busyMsOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (stat.split('\n', 1)[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** proc(5): the name in brackets may hold anything, so the fields are counted from its end. */
function readStat(file: string): { readonly parent: number; readonly cpuMs: number } {
  const text = readFileSync(file, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
}

function memoryOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1_024;
}

/** Elsewhere: POSIX ps, asked once for all processes of a sample. */
function createPsTable(): ProcessTable {
  let rows: readonly ProcessRow[] = [];
  return {
    read: (pid) => rows.find((row) => row.pid === pid),
    childrenOf(parent) {
      rows = parsePs(execFileSync('ps', ['-axo', 'pid=,ppid=,time=,rss='], { encoding: 'utf8' }));
      return rows.filter((row) => row.parent === parent).map((row) => row.pid);
    },
  };
}

/** Lines such as ` 501  1  0:03.25  10240`. */
export function parsePs(text: string): readonly ProcessRow[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, time = '', rss] = line.trim().split(/\s+/);
      const cpuMs = parseTime(time);
      const privateBytes = Number(rss) * 1_024;
      return {
        pid: Number(pid),
        parent: Number(parent),
        cpuMs,
        mainThreadMs: cpuMs,
        privateBytes,
        sharedBytes: 0,
      };
    });
}

/** `[[days-]hours:]minutes:seconds`, seconds with or without hundredths. */
function parseTime(time: string): number {
  const [days, rest] = time.includes('-') ? time.split('-') : ['0', time];
  const parts = (rest ?? '').split(':').map(Number);
  const seconds = parts.reduce((sum, part) => sum * 60 + part, 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1_000);
}
