/**
 * Loaded into a process of the real system before its program (`node --import`): stands between the driver and
 * PostgreSQL, and lets each fault that SAGA_FAULTS names happen once. What happened is written to SAGA_REPORT first.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { BROKER_STEPS, type Call, type Cell, type FaultName, nameOf, STEPS } from './steps.ts';

type Result = pg.QueryResult;
type Done = (error: Error | undefined, result?: Result) => void;
type Config = { readonly name?: string; readonly text?: string; readonly values?: readonly unknown[] };
type Send = () => Promise<Result>;

const DELAY_MS = 1_200;
/** How long a transaction waits at most to be overtaken; otherwise the next one of its kind waits. */
const OVERTAKEN_MS_MAX = 1_500;
const STEP_OF = { ...STEPS, ...BROKER_STEPS };

const armed: Cell[] = JSON.parse(process.env['SAGA_FAULTS'] ?? '[]');
const report = process.env['SAGA_REPORT'] ?? '/dev/null';
/** Statements of the transaction that is open on a connection. */
const open = new WeakMap<pg.Client, Call[]>();
/** Transactions of this process that saved events. */
let committed = 0;

function take(calls: readonly Call[], faults: readonly FaultName[]): Cell | undefined {
  const index = armed.findIndex(({ step, fault }) => faults.includes(fault) && calls.some(STEP_OF[step]));
  return index < 0 ? undefined : armed.splice(index, 1)[0];
}

const noteHit = (cell: Cell): void => appendFileSync(report, `${nameOf(cell)}\n`);

function die(cell: Cell): never {
  noteHit(cell);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
}

const ACTS: Readonly<Record<FaultName, (cell: Cell, send: Send, client: pg.Client) => Promise<Result>>> = {
  'crash before': (cell) => die(cell),
  'crash after': (cell, send) => send().then(() => die(cell)),
  async duplicate(cell, send, client) {
    await send();
    noteHit(cell);
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    throw new Error('Connection terminated unexpectedly');
  },
  async delay(cell, send) {
    await sleep(DELAY_MS);
    const result = await send();
    noteHit(cell);
    return result;
  },
  async reorder(cell, send) {
    const before = committed;
    for (let waitedMs = 0; waitedMs < OVERTAKEN_MS_MAX && committed === before; waitedMs += 10)
      await sleep(10);
    if (committed > before) noteHit(cell);
    else armed.push(cell);
    return send();
  },
};

const AT_COMMIT: readonly FaultName[] = ['crash before', 'crash after', 'duplicate', 'reorder'];

/** What is to happen with this statement; undefined: nothing. */
function faultOf(client: pg.Client, { name, text = '', values = [] }: Config): Cell | undefined {
  if (name === undefined) {
    const calls = open.get(client);
    if (text.startsWith('begin')) open.set(client, []);
    if (text !== 'commit' && text !== 'rollback') return undefined;
    open.delete(client);
    return text === 'commit' && calls ? take(calls, AT_COMMIT) : undefined;
  }
  const call = { name, values };
  const calls = open.get(client);
  calls?.push(call);
  // A statement without a transaction is its own.
  return take([call], calls ? ['delay'] : ['delay', ...AT_COMMIT]);
}

function savesEvents(client: pg.Client, { name, text }: Config): boolean {
  if (text === 'commit') return open.get(client)?.some((call) => call.name === 'append-events') ?? false;
  return name?.startsWith('hold-seats') ?? false;
}

const { query } = pg.Client.prototype as unknown as { query: (...parts: unknown[]) => unknown };

function guarded(this: pg.Client, ...parts: unknown[]): unknown {
  const [first, second] = parts;
  if (typeof (first as { submit?: unknown }).submit === 'function') return query.apply(this, parts);
  const config: Config = typeof first === 'string' ? { text: first } : (first as Config);
  const values = config.values ?? (Array.isArray(second) ? (second as unknown[]) : []);
  const isChange = savesEvents(this, config);
  const cell = faultOf(this, { ...config, values });
  if (!cell && !isChange) return query.apply(this, parts);
  const done = parts.find((part) => typeof part === 'function') as Done | undefined;
  const asked = parts.filter((part) => typeof part !== 'function');
  const send: Send = () => query.apply(this, asked) as Promise<Result>;
  const answer = (cell ? ACTS[cell.fault](cell, send, this) : send()).then((result) => {
    if (isChange) committed += 1;
    return result;
  });
  if (!done) return answer;
  answer.then(
    (result) => setImmediate(done, undefined, result),
    (error: Error) => setImmediate(done, error),
  );
  return undefined;
}

(pg.Client.prototype as { query: unknown }).query = guarded;
