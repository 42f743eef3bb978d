import type pg from 'pg';
import type { Clock } from '../../../kernel/clock.ts';
import { withDeadline } from '../../../kernel/deadline.ts';
import { DeadlineFault, Fault, UnavailableFault } from '../../../kernel/faults.ts';
import type { RoomLease } from '../../../modules/waiting-room/index.ts';
import { type Database, onConnection, type Queryable } from '../database.ts';
import { toFault } from '../errors.ts';
import { LOCKS } from '../locks.ts';

const RETRY_MS = 50;

export type RoomWriterOptions = {
  readonly database: Pick<Database, 'connect'>;
  readonly clock: Clock;
  /** How long to wait for another process that may be ending. */
  readonly takeOverMs: number;
};

type Held = {
  readonly client: pg.PoolClient;
  readonly session: Pick<Database, 'query' | 'transaction'>;
  readonly lease: RoomLease;
  readonly onLost: (error: unknown) => void;
};

/** A session of the server by more than its process id, which may be given again. */
type SessionId = { readonly pid: number; readonly startedAt: string };

/**
 * The one connection of this process that writes lines. It holds a session lock on the number of the process, and
 * everything is written on it; `room.holder` says which rooms are the process's. So anyone who writes to a room has the
 * lock of its holder, and anyone who gets that lock knows that nothing of the holder's is on its way any more: the server
 * gives the lock of a broken connection free only when the statement under way on it has ended.
 */
export class RoomWriter {
  readonly #options: RoomWriterOptions;
  #held: Held | undefined;
  #lastSession: SessionId | undefined;
  /** The number of this process; 0 before it has one. */
  #holder = 0;

  constructor(options: RoomWriterOptions) {
    this.#options = options;
  }

  /** The number under which this process takes rooms. */
  get holder(): number {
    return this.#holder;
  }

  /** @throws Fault `room_holder_stuck`, UnavailableFault */
  async acquire(): Promise<RoomLease> {
    if (this.#held) return this.#held.lease;
    const client = await this.#options.database.connect().catch((error: unknown) => {
      throw toFault(error);
    });
    const session = onConnection(client);
    try {
      if (this.#holder === 0) this.#holder = await readHolder(session);
      await this.#endLastSession(session);
      await this.#lock(session);
      this.#lastSession = await readSessionId(session);
    } catch (error) {
      client.release(true);
      throw error;
    }
    const { promise: lost, resolve: onLost } = Promise.withResolvers<unknown>();
    const held: Held = { client, session, lease: { lost }, onLost };
    this.#held = held;
    client.on('error', (error) => this.#lose(held, toFault(error)));
    client.on('end', () => this.#lose(held, new Error('the connection ended')));
    return held.lease;
  }

  /** Gives the lock and the connection back. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    await held.session
      .query('select pg_advisory_unlock($1)', [holderLock(this.#holder)])
      .catch(() => undefined);
    held.client.release(true);
  }

  /**
   * Runs a step under the lock. One that takes longer than `withinMs` is given up, and the connection with it.
   * @throws UnavailableFault, DeadlineFault: the lock is lost, and the outcome unknown
   */
  async run<T>(
    withinMs: number,
    step: (session: Pick<Database, 'query' | 'transaction'>) => Promise<T>,
  ): Promise<T> {
    const held = this.#held;
    if (!held) throw new UnavailableFault('postgres', 'the connection that writes lines is lost');
    try {
      return await withDeadline(
        step(held.session),
        withinMs,
        this.#options.clock,
        'a step of the waiting line',
      );
    } catch (error) {
      if (error instanceof UnavailableFault || error instanceof DeadlineFault) this.#lose(held, error);
      throw error;
    }
  }

  #lose(held: Held, error: unknown): void {
    if (this.#held !== held) return;
    this.#held = undefined;
    held.client.release(true);
    held.onLost(error);
  }

  async #lock(session: Queryable): Promise<void> {
    const { clock, takeOverMs } = this.#options;
    const giveUpAt = clock.now() + takeOverMs;
    while (!(await tryLock(session, this.#holder))) {
      if (clock.now() >= giveUpAt) {
        throw new Fault(
          'room_holder_stuck',
          'the last session of this process that wrote lines does not end',
        );
      }
      await new Promise<void>((resolve) => {
        clock.after(RETRY_MS, resolve);
      });
    }
  }

  /** The server may not have noticed yet that our own lost connection is gone. */
  async #endLastSession(session: Queryable): Promise<void> {
    if (!this.#lastSession) return;
    await session.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2',
      [this.#lastSession.pid, this.#lastSession.startedAt],
    );
  }
}

async function tryLock(session: Queryable, holder: number): Promise<boolean> {
  const [row] = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    holderLock(holder),
  ]);
  return row?.locked === true;
}

/** One key of 64 bits, as text. */
function holderLock(holder: number): string {
  return String((BigInt(LOCKS.roomHolder) << 32n) | BigInt(holder));
}

async function readHolder(session: Queryable): Promise<number> {
  const [row] = await session.query<{ holder: number }>(`select nextval('room_holder')::int as holder`);
  return row!.holder;
}

async function readSessionId(session: Queryable): Promise<SessionId | undefined> {
  const [row] = await session.query<SessionId>(
    'select pid, backend_start::text as "startedAt" from pg_stat_activity where pid = pg_backend_pid()',
  );
  return row;
}
