/** What exports have before them in long tests and benchmarks. */
import { readFile } from 'node:fs/promises';
import type { Database } from '../../src/adapters/postgres/database.ts';

const AT_ONCE = 50_000;

/** Saves so many events that nobody but the export follows, of a thousand accounts. */
export async function addEvents(database: Database, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    await database.query(
      `insert into event (type, key, occurred_at, data)
        select 'points.charged', id, now(), json_build_object('accountId', id, 'amount', n, 'balanceAfter', n)
        from generate_series(1, $1::integer) n,
          lateral (select ('0198c0de-0000-7000-8000-' || lpad((n % 1000)::text, 12, '0'))::uuid as id) account`,
      [Math.min(AT_ONCE, count - done)],
    );
  }
}

/** Memory of a process that lies in RAM, in MiB. Linux only. */
export async function residentMiB(pid: number): Promise<number> {
  const [, kiB] = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kiB) / 1_024;
}

/** The greatest memory of a process, until told to stop. */
export function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const timer = setInterval(
    () =>
      void residentMiB(pid).then(
        (now) => (most = Math.max(most, now)),
        () => undefined,
      ),
    100,
  );
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
