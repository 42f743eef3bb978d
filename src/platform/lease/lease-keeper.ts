import type { Cancel, Clock } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle, repeating } from '../../kernel/lifecycle.ts';
import type { Lease, LeaseStore } from './lease.ts';

export type LeaseKeeperOptions = {
  readonly store: LeaseStore;
  readonly name: string;
  /** This process, by a name that no other has. */
  readonly holder: string;
  /** So long after its end nobody does the work of a process that was killed. */
  readonly ttlMs: number;
  readonly clock: Clock;
  /** Hears of failures of the store; it is asked again. */
  readonly onError: (error: unknown) => void;
  readonly onTaken?: (lease: Lease) => void;
  /** Hears when it ends without having been given back. */
  readonly onLost?: (lease: Lease) => void;
};

type Held = { readonly lease: Lease; readonly end: AbortController; cancelExpiry: Cancel };

/** How often the lease is renewed, or asked for, within its time. */
const TURNS_PER_TTL = 3;

/** Takes a lease as soon as it is free, and keeps it as long as the process lives. */
export class LeaseKeeper {
  readonly lifecycle: Lifecycle;
  readonly #options: LeaseKeeperOptions;
  #held: Held | undefined;

  constructor(options: LeaseKeeperOptions) {
    const { name, ttlMs, clock, onError } = options;
    this.#options = options;
    const pace = { clock, everyMs: ttlMs / TURNS_PER_TTL, onError, unref: true };
    const turns = repeating(`turns of lease ${name}`, () => this.#takeTurn(), pace);
    this.lifecycle = createLifecycle(`lease ${name}`, {
      start: async () => {
        await this.#takeTurn().catch(onError);
        await turns.start();
      },
      stop: async () => {
        await turns.stop();
        await this.#giveBack();
      },
    });
  }

  get name(): string {
    return this.#options.name;
  }

  /** What this process holds, as far as it knows. */
  get lease(): Lease | undefined {
    return this.#held?.lease;
  }

  /**
   * Does work where this process has the lease; elsewhere it does nothing.
   * @param work ends as soon as it can once `signal` is aborted: another process may do the same by then
   */
  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const held = this.#held;
    if (!held) return;
    if (await this.#options.store.isHeld(held.lease)) await work(held.end.signal);
    else this.#lose(held);
  }

  async #giveBack(): Promise<void> {
    const held = this.#held;
    if (!held) return;
    this.#end(held);
    await this.#options.store.release(held.lease).catch(this.#options.onError);
  }

  async #takeTurn(): Promise<void> {
    const { store, name, holder, ttlMs, clock, onTaken } = this.#options;
    // Counted from before the store was asked, so that this process never believes longer than the store does.
    const untilMs = clock.now() + ttlMs;
    const before = this.#held;
    if (before) {
      if (!(await store.renew(before.lease, ttlMs))) this.#lose(before);
      else if (this.#held === before) this.#expireAt(before, untilMs);
      // Given up while the store was asked: nobody works under it.
      else await store.release(before.lease);
      return;
    }
    const lease = await store.acquire({ name, holder, ttlMs });
    if (!lease) return;
    const held: Held = { lease, end: new AbortController(), cancelExpiry: () => undefined };
    this.#held = held;
    this.#expireAt(held, untilMs);
    onTaken?.(lease);
  }

  #expireAt(held: Held, untilMs: number): void {
    const { clock } = this.#options;
    held.cancelExpiry();
    held.cancelExpiry = clock.after(untilMs - clock.now(), () => this.#lose(held), { unref: true });
  }

  #lose(held: Held): void {
    if (this.#held !== held) return;
    this.#end(held);
    this.#options.onLost?.(held.lease);
  }

  #end(held: Held): void {
    this.#held = undefined;
    held.cancelExpiry();
    held.end.abort();
  }
}
