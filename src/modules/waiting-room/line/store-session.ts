import type { Cancel, Clock } from '../../../kernel/clock.ts';
import { DeadlineFault, Fault, UnavailableFault } from '../../../kernel/faults.ts';
import type { RoomAdmissions, RoomLease } from '../ports.ts';

export type StoreSessionOptions = {
  readonly admissions: Pick<RoomAdmissions, 'acquire' | 'release'>;
  readonly clock: Clock;
  /** Reads everything again, once the store is ours; the first time, and after each loss. */
  readonly load: () => Promise<void>;
  /** Pause between attempts to get a lost store back. */
  readonly recoverAfterMs: number;
  readonly onLost: (error: unknown) => void;
  readonly onStillLost: (error: unknown) => void;
};

/**
 * The right to write to the store, and the order of the steps that do. When the store does not answer, the
 * outcome of the last step is unknown: everything is read again before the next one, and until then steps are refused.
 */
export class StoreSession {
  readonly #options: StoreSessionOptions;
  #state: 'stopped' | 'ready' | 'lost' = 'stopped';
  #tail: Promise<unknown> = Promise.resolve();
  #cancelRecovery: Cancel = () => {};
  #lease: RoomLease | undefined;

  constructor(options: StoreSessionOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    return this.inTurn(() => this.#open());
  }

  stop(): Promise<void> {
    this.#cancelRecovery();
    return this.inTurn(async () => {
      this.#state = 'stopped';
      this.#cancelRecovery();
      await this.#options.admissions.release();
    });
  }

  /** One step after the other; one that fails holds up none. */
  inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(step);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** @throws UnavailableFault */
  assertReady(): void {
    if (this.#state === 'ready') return;
    throw new UnavailableFault('waiting-line', `the waiting line is ${this.#state}`);
  }

  /** Watches an answer of the store: after one that leaves it open what happened, nothing in memory is sure. */
  async settled<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (outcomeUnknown(error)) this.#lose(error);
      throw error;
    }
  }

  async #open(): Promise<void> {
    const lease = await this.#options.admissions.acquire();
    this.#lease = lease;
    let isLost = false;
    void lease.lost.then((error) => {
      isLost = true;
      // One that was lost before is of no account any more.
      if (this.#lease === lease) this.#lose(error);
    });
    await this.#options.load();
    if (isLost) throw new UnavailableFault('waiting-line', 'the store was lost while it was read');
    this.#state = 'ready';
  }

  #lose(error: unknown): void {
    if (this.#state !== 'ready') return;
    this.#state = 'lost';
    this.#options.onLost(error);
    this.#recoverAfter(0);
  }

  #recoverAfter(ms: number): void {
    this.#cancelRecovery = this.#options.clock.after(ms, () => void this.#recover());
  }

  async #recover(): Promise<void> {
    try {
      await this.inTurn(async () => {
        if (this.#state === 'lost') await this.#open();
      });
    } catch (error) {
      this.#options.onStillLost(error);
      if (this.#state === 'lost') this.#recoverAfter(this.#options.recoverAfterMs);
    }
  }
}

function outcomeUnknown(error: unknown): boolean {
  if (error instanceof UnavailableFault || error instanceof DeadlineFault) return true;
  return error instanceof Fault && error.code === 'room_line_diverged';
}
