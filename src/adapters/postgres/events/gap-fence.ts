import type { Queryable } from '../database.ts';

/**
 * Tells a position that will appear yet from one that never will.
 *
 * INSERT takes a ROW EXCLUSIVE lock on its table before it runs, thus before it draws a position, and keeps
 * it until its transaction has ended (PostgreSQL documentation, 13.3 Explicit Locking); at a commit the rows
 * become visible before the locks are released. So anyone who drew a position below one that we have *seen* and is
 * not among the holders that we look up *afterwards* has ended, and a statement that begins after that
 * look-up sees its rows, or nobody ever will.
 *
 * Those who do hold the lock are remembered, and asked for again until each of them is gone once: newcomers
 * do not matter, since they drew later. Holders are known by their virtual transaction id, which a server
 * does not use twice; except that PREPARE TRANSACTION changes it, so prepared ones always count.
 */
export class GapFence {
  readonly #database: Queryable;
  /** Every gap up to here is one that stays. */
  #settledTo = 0;
  #open: { at: number; to: number; holders: ReadonlySet<string> | undefined; looks: number } | undefined;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Whether a gap is under examination. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Whether `position` may be given out when `end` was the last. */
  joins(end: number, position: number): boolean {
    return position === end + 1 || position <= this.#settledTo;
  }

  /**
   * Called when the row after `end` does not join on, with the greatest position that was seen.
   * @returns after how many ms to read again
   */
  async examine(end: number, seen: number): Promise<number> {
    if (this.#open?.at !== end) {
      // Most gaps are transactions that are committing right now: a moment, before anything is looked up.
      this.#open = { at: end, to: seen, holders: undefined, looks: 0 };
      return FIRST_LOOK_MS;
    }
    const fence = this.#open;
    fence.looks += 1;
    fence.holders = stillThere(fence.holders, await this.writers());
    if (fence.holders.size > 0) return Math.min(LOOK_MS_MAX, FIRST_LOOK_MS * 2 ** fence.looks);
    this.#settledTo = fence.to;
    this.#open = undefined;
    return 0;
  }

  /** The gap was filled. */
  close(): void {
    this.#open = undefined;
  }

  /** Virtual ids of the transactions that may have drawn positions and not ended. */
  async writers(): Promise<readonly string[]> {
    const rows = await this.#database.query<{ writer: string }>(WRITERS);
    return rows.map((row) => row.writer);
  }
}

const FIRST_LOOK_MS = 4;
const LOOK_MS_MAX = 100;
const PREPARED = '-1/';

const WRITERS = {
  name: 'event-writers',
  text: `select distinct virtualtransaction as writer from pg_locks
    where locktype = 'relation' and mode = 'RowExclusiveLock' and granted
      and relation = 'event'::regclass
      and database = (select oid from pg_database where datname = current_database())`,
};

function stillThere(before: ReadonlySet<string> | undefined, now: readonly string[]): ReadonlySet<string> {
  return new Set(
    now.filter((holder) => before === undefined || before.has(holder) || holder.startsWith(PREPARED)),
  );
}
