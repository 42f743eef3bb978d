import { type Clock, every } from '../../kernel/clock.ts';
import { DeadlineFault, OverloadedFault, UnavailableFault } from '../../kernel/faults.ts';
import {
  decodeHoldOutcome,
  decodeHoldRequest,
  encodeHoldFault,
  encodeHoldOutcome,
  encodeHoldRequest,
  type HoldOutcome,
  type HoldRequest,
  type SeatHolds,
} from '../../modules/reservations/index.ts';
import type { Redis } from './redis.ts';

export type BulkSeatHoldsOptions = {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Decides what was drained; the holds of a drain reach PostgreSQL together. */
  readonly inner: SeatHolds;
  /** Of this process. */
  readonly instanceId: string;
  /** How long requests are gathered before the list is drained. */
  readonly windowMs: number;
  readonly maxQueued: number;
  readonly onError: (error: unknown) => void;
};

type Waiting = { answer(text: string): void };
type Listed = { readonly from: string; readonly until: number; readonly request: string };

/** All lists are of one slot. */
const TAG = 'holds';
const DRAINED_MAX = 2_000;
/** Who drains later than this after the request leaves it out; who asked gives up later. */
const TAKEN_MS = 5_000;
const ANSWER_MS = 14_000;
const ANSWERS_KEPT_MS = 60_000;
const RETRY_AFTER_MS = 1_000;

/**
 * Bulk: requests go to a list in Redis; once a window (HOLD_BULK_WINDOW_MS) each process drains what lies there, decides it
 * as the default strategy does, and answers; what was asked by another process is answered through a list of its own.
 *
 * Cost: half a window for everybody, however idle the system is, and as much again for the answer where another process
 * drained; a push for each request, and PostgreSQL as for a batch. A longer window makes larger batches and a later answer.
 *
 * Fails when: Redis is away: holds are refused with 503 `dependency_unavailable`, at once, until it is back. What lay in the
 * list when Redis lost it, or when the process that had drained it died, is answered 503 after 14 s; nothing was sold
 * twice, as PostgreSQL decides; where a hold had been made, an Idempotency-Key shows it.
 */
export function createBulkSeatHolds(options: BulkSeatHoldsOptions): SeatHolds {
  const { redis, clock, inner, windowMs, maxQueued, onError } = options;
  const list = new HoldList(options);
  let cancel: (() => void) | undefined;
  let isDraining = false;
  const start = () => {
    cancel ??= every(clock, windowMs, () => list.drain(), onError);
  };
  return {
    strategy: 'bulk',
    get undecided() {
      return list.waiting;
    },
    get isFull() {
      return list.waiting >= maxQueued;
    },
    start,
    ping: () => redis.ping(),
    async hold(request) {
      if (isDraining) throw new UnavailableFault('seat-holds', 'seat-holds is stopping');
      if (list.waiting >= maxQueued)
        throw new OverloadedFault(`bulk has ${list.waiting} requests waiting`, {
          retryAfterMs: RETRY_AFTER_MS,
        });
      start();
      return list.ask(request);
    },
    async drain() {
      isDraining = true;
      await list.allAnswered();
      cancel?.();
      await list.allDecided();
      await inner.drain();
    },
  };
}

/** The list of requests in Redis, as one process fills and drains it. */
class HoldList {
  readonly #options: BulkSeatHoldsOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #working = new Set<Promise<void>>();
  #answered: PromiseWithResolvers<void> | undefined;

  constructor(options: BulkSeatHoldsOptions) {
    this.#options = options;
  }

  /** Requests of this process that have no answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Rejects as `decodeHoldOutcome` does, with UnavailableFault while Redis is away, or with DeadlineFault. */
  ask(request: HoldRequest): Promise<HoldOutcome> {
    const { redis, clock, instanceId: from } = this.#options;
    return new Promise((resolve, reject) => {
      const id = request.reservationId;
      const leave = () => {
        giveUp();
        this.#waiting.delete(id);
        if (this.#waiting.size === 0) this.#answered?.resolve();
      };
      const fail = (error: unknown) => {
        leave();
        reject(error);
      };
      const giveUp = clock.after(ANSWER_MS, () => fail(new DeadlineFault('a hold was not drained in time')));
      this.#waiting.set(id, {
        answer(text) {
          leave();
          try {
            resolve(decodeHoldOutcome(text));
          } catch (error) {
            reject(error);
          }
        },
      });
      const listed: Listed = { from, until: clock.now() + TAKEN_MS, request: encodeHoldRequest(request) };
      redis.command(TAG, 'requests', ['RPUSH', JSON.stringify(listed)]).catch(fail);
    });
  }

  /** Takes what lies in the list, and the answers of other processes. */
  async drain(): Promise<void> {
    for (const text of await this.#pop('requests')) {
      const work = this.#decide(JSON.parse(text) as Listed).catch(this.#options.onError);
      this.#working.add(work);
      void work.finally(() => this.#working.delete(work));
    }
    for (const text of await this.#pop(`answers:${this.#options.instanceId}`)) {
      const { id, answer } = JSON.parse(text) as { id: string; answer: string };
      this.#waiting.get(id)?.answer(answer);
    }
  }

  async allAnswered(): Promise<void> {
    this.#answered ??= Promise.withResolvers();
    if (this.#waiting.size === 0) this.#answered.resolve();
    await this.#answered.promise;
  }

  async allDecided(): Promise<void> {
    await Promise.all(this.#working);
  }

  async #decide({ from, until, request: text }: Listed): Promise<void> {
    const { redis, clock, inner } = this.#options;
    if (until < clock.now()) return;
    const request = decodeHoldRequest(text);
    const answer = await inner.hold(request).then(encodeHoldOutcome, encodeHoldFault);
    const own = this.#waiting.get(request.reservationId);
    if (own) {
      own.answer(answer);
      return;
    }
    const name = `answers:${from}`;
    await redis.command(TAG, name, ['RPUSH', JSON.stringify({ id: request.reservationId, answer })]);
    await redis.command(TAG, name, ['PEXPIRE', String(ANSWERS_KEPT_MS)]);
  }

  async #pop(name: string): Promise<readonly string[]> {
    const found = await this.#options.redis.command(TAG, name, ['LPOP', String(DRAINED_MAX)]);
    return ((found ?? []) as readonly Buffer[]).map(String);
  }
}
