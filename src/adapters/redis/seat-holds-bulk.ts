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
  const { redis, clock, inner, instanceId, windowMs, maxQueued, onError } = options;
  const waiting = new Map<string, Waiting>();
  const working = new Set<Promise<void>>();
  let cancel: (() => void) | undefined;
  let drained: PromiseWithResolvers<void> | undefined;
  const isFull = () => waiting.size >= maxQueued;
  const settled = () => {
    if (waiting.size === 0) drained?.resolve();
  };

  const decide = async ({ from, until, request: text }: Listed): Promise<void> => {
    if (until < clock.now()) return;
    const request = decodeHoldRequest(text);
    const answer = await inner.hold(request).then(encodeHoldOutcome, encodeHoldFault);
    const own = waiting.get(request.reservationId);
    if (own) own.answer(answer);
    else await reply(from, { id: request.reservationId, answer });
  };
  const reply = async (to: string, about: { readonly id: string; readonly answer: string }) => {
    await redis.command(TAG, `answers:${to}`, ['RPUSH', JSON.stringify(about)]);
    await redis.command(TAG, `answers:${to}`, ['PEXPIRE', String(ANSWERS_KEPT_MS)]);
  };
  const pop = async (name: string): Promise<readonly string[]> => {
    const found = await redis.command(TAG, name, ['LPOP', String(DRAINED_MAX)]);
    return ((found ?? []) as readonly Buffer[]).map(String);
  };
  const tick = async (): Promise<void> => {
    for (const text of await pop('requests')) {
      const work = decide(JSON.parse(text) as Listed).catch(onError);
      working.add(work);
      void work.finally(() => working.delete(work));
    }
    for (const text of await pop(`answers:${instanceId}`)) {
      const { id, answer } = JSON.parse(text) as { id: string; answer: string };
      waiting.get(id)?.answer(answer);
    }
  };
  const start = () => {
    cancel ??= every(clock, windowMs, tick, onError);
  };
  const ask = (request: HoldRequest): Promise<HoldOutcome> =>
    new Promise((resolve, reject) => {
      const id = request.reservationId;
      const leave = () => {
        giveUp();
        waiting.delete(id);
        settled();
      };
      const fail = (error: unknown) => {
        leave();
        reject(error as Error);
      };
      const giveUp = clock.after(ANSWER_MS, () => fail(new DeadlineFault('a hold was not drained in time')));
      waiting.set(id, {
        answer(text) {
          leave();
          try {
            resolve(decodeHoldOutcome(text));
          } catch (error) {
            reject(error as Error);
          }
        },
      });
      const listed: Listed = {
        from: instanceId,
        until: clock.now() + TAKEN_MS,
        request: encodeHoldRequest(request),
      };
      redis.command(TAG, 'requests', ['RPUSH', JSON.stringify(listed)]).catch(fail);
    });

  return {
    strategy: 'bulk',
    get undecided() {
      return waiting.size;
    },
    get isFull() {
      return isFull();
    },
    start,
    ping: () => redis.ping(),
    async hold(request) {
      if (drained) throw new UnavailableFault('seat-holds', 'seat-holds is stopping');
      if (isFull())
        throw new OverloadedFault(`bulk has ${waiting.size} requests waiting`, {
          retryAfterMs: RETRY_AFTER_MS,
        });
      start();
      return ask(request);
    },
    async drain() {
      drained ??= Promise.withResolvers();
      settled();
      await drained.promise;
      cancel?.();
      await Promise.all(working);
      await inner.drain();
    },
  };
}
