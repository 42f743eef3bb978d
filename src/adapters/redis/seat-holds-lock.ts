import { OverloadedFault } from '../../kernel/faults.ts';
import {
  createQueuedHolds,
  decideInTheEnd,
  type HoldOutcome,
  type HoldRequest,
  type QueuedHoldsOptions,
  type SeatHolds,
} from '../../modules/reservations/index.ts';
import { createDetour } from './detour.ts';
import { type Redis, redisScript } from './redis.ts';

export type RedisLockSeatHoldsOptions = QueuedHoldsOptions & {
  readonly redis: Redis;
  /** PostgreSQL, which checks the fencing numbers. */
  readonly fenced: {
    look(request: HoldRequest): Promise<{ readonly taken: readonly number[]; readonly epoch: number }>;
    hold(request: HoldRequest, fence: number): Promise<HoldOutcome>;
  };
  readonly onError: (error: unknown) => void;
};

/** Longer than a transaction may take, so that a lock outlives its holder's work but for a holder that stands still. */
const LOCK_MS = 15_000;
/** Numbers that are forgotten begin above what PostgreSQL has. */
const FENCE_MS = 3_600_000;
const WAIT_MS = 5_000;
const PAUSE_MS_MAX = 20;
const RETRY_AFTER_MS = 1_000;

/** All locks or none. KEYS: a lock for each seat, then a fence for each. @returns the fencing number, or 0 */
const LOCK = redisScript(`
local count = #KEYS / 2
for i = 1, count do if redis.call('GET', KEYS[i]) then return 0 end end
local fence = tonumber(ARGV[2])
for i = count + 1, #KEYS do fence = math.max(fence, tonumber(redis.call('GET', KEYS[i]) or '0')) end
fence = fence + 1
for i = 1, count do
  redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[3])
  redis.call('SET', KEYS[count + i], fence, 'PX', ARGV[4])
end
return fence`);

/** Only one's own. */
const UNLOCK = redisScript(`
for i = 1, #KEYS do if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end end
return 1`);

/**
 * Redis lock: look at the seats in PostgreSQL, lock them in Redis, write in PostgreSQL, unlock after the commit. The lock
 * gives a fencing number, which becomes the epoch of the seats: PostgreSQL refuses a holder whose number is not above all
 * that the seat has had, and one who meets a live owner.
 *
 * Cost: two trips to PostgreSQL and two to Redis for each winner; who finds a lock taken waits and looks again.
 *
 * Fails when: Redis forgets a lock (a failover, a flush, a holder that stands still longer than its lock lasts). Two then
 * write, PostgreSQL lets the first through, and the other looks again and is told whose seat it is. A number alone would
 * not do: who has the higher one may have looked before the lower one wrote. While Redis is away there are no locks, for a
 * second at a time, and PostgreSQL alone decides. A holder that dies blocks its seats for 15 s: others are answered 503
 * `overloaded` after 5.
 */
export function createRedisLockSeatHolds(options: RedisLockSeatHoldsOptions): SeatHolds {
  const { redis, fenced, clock, onError } = options;
  const orNot = createDetour(clock, onError);
  const keysOf = ({ performanceId, seatNos }: HoldRequest, kinds: readonly string[]) => ({
    tag: `holds:${performanceId}`,
    names: kinds.flatMap((kind) => seatNos.map((seatNo) => `${kind}:${seatNo}`)),
  });

  /** @returns the fencing number; 0 where a seat is locked; one above `epoch` where there is no Redis to ask */
  const lock = async (request: HoldRequest, epoch: number): Promise<number> => {
    const values = [request.reservationId, String(epoch), String(LOCK_MS), String(FENCE_MS)];
    return ((await orNot(() => redis.run(LOCK, keysOf(request, ['lock', 'fence']), values))) ??
      epoch + 1) as number;
  };
  const unlock = (request: HoldRequest) => {
    orNot(() => redis.run(UNLOCK, keysOf(request, ['lock']), [request.reservationId])).catch(onError);
  };

  const decide = async (request: HoldRequest): Promise<HoldOutcome> => {
    const until = clock.now() + WAIT_MS;
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
      const { taken, epoch } = await fenced.look(request);
      if (taken.length > 0) return { ok: false, code: 'seat_taken', seatNos: taken };
      const fence = await lock(request, epoch);
      if (fence > 0) return fenced.hold(request, fence).finally(() => unlock(request));
      if (clock.now() >= until)
        throw new OverloadedFault('a seat stays locked', { retryAfterMs: RETRY_AFTER_MS });
      await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
    }
  };
  return createQueuedHolds('redis-lock', (request) => decideInTheEnd(() => decide(request)), options);
}
