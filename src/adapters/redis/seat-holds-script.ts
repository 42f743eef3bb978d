import {
  createQueuedHolds,
  type HoldOutcome,
  type HoldRequest,
  type QueuedHoldsOptions,
  type SeatHolds,
} from '../../modules/reservations/index.ts';
import { createDetour } from './detour.ts';
import { type Redis, type RedisScript, redisScript } from './redis.ts';

export type RedisScriptSeatHoldsOptions = QueuedHoldsOptions & {
  readonly redis: Redis;
  /** PostgreSQL: how the seats stand, and the hold that counts. */
  readonly look: (request: HoldRequest) => Promise<{ readonly taken: readonly number[] }>;
  readonly decide: (request: HoldRequest) => Promise<HoldOutcome>;
  readonly onError: (error: unknown) => void;
};

/** A claim whose hold is being written. */
const PENDING_MS = 15_000;
const PAUSE_MS = 5;
/** Then PostgreSQL decides, whatever Redis says. */
const WAIT_MS = 2_000;

/**
 * Claims all seats, or says what stands in the way. A value is `reservation state until`; p: being written, h: held.
 * ARGV: reservation, now, until when. @returns the values in the way, '' where there is none
 */
const CLAIM = redisScript(`
local values, free = {}, true
for i = 1, #KEYS do
  local value = redis.call('GET', KEYS[i]) or ''
  local till = tonumber(string.match(value, '(%d+)$') or '0')
  if till <= tonumber(ARGV[2]) then value = '' end
  if value ~= '' then free = false end
  values[i] = value
end
if not free then return values end
for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1] .. ' p ' .. ARGV[3], 'PX', ARGV[4]) end
return {}`);

/** Writes what PostgreSQL says, over one's own claim or where there is none. ARGV: reservation, value, for how long. */
const KEEP = redisScript(`
for i = 1, #KEYS do
  local value = redis.call('GET', KEYS[i]) or ''
  if value == '' or string.match(value, '^%S+') == ARGV[1] then redis.call('SET', KEYS[i], ARGV[2], 'PX', ARGV[3]) end
end
return 1`);

/** Takes back one's own claim. */
const RELEASE = redisScript(`
for i = 1, #KEYS do
  local value = redis.call('GET', KEYS[i]) or ''
  if string.match(value, '^%S+') == ARGV[1] then redis.call('DEL', KEYS[i]) end
end
return 1`);

/** Forgets values that PostgreSQL does not bear out, unless they have changed. */
const FORGET = redisScript(`
for i = 1, #KEYS do if redis.call('GET', KEYS[i]) == ARGV[i] then redis.call('DEL', KEYS[i]) end end
return 1`);

/**
 * Redis script: one script looks at the seats and claims all of them or none; who gets a yes is written down in
 * PostgreSQL, which has the last word.
 *
 * Cost: two trips to Redis and one to PostgreSQL for a winner; one to each for a loser, because seats that were given back
 * are free in PostgreSQL first.
 *
 * Fails when: Redis forgets what it said (a failover, a flush): two then have its yes, PostgreSQL holds the seat for the
 * first, the other is told 409 `seat_taken`, and Redis learns of it. While Redis is away, for a second at a time, PostgreSQL
 * alone decides, at the pace of one transaction a request. A process that dies between the two leaves its claims until they
 * lapse; who waits for one goes to PostgreSQL after 2 s.
 */
export function createRedisScriptSeatHolds(options: RedisScriptSeatHoldsOptions): SeatHolds {
  const { redis, clock, onError } = options;
  const orNot = createDetour(clock, onError);
  const run = (
    script: RedisScript,
    request: HoldRequest,
    args: readonly string[],
    seatNos = request.seatNos,
  ) =>
    orNot(() =>
      redis.run(
        script,
        { tag: `holds:${request.performanceId}`, names: seatNos.map((seatNo) => `seat:${seatNo}`) },
        args,
      ),
    );
  const later = (work: Promise<unknown>) => void work.catch(onError);

  /** What Redis said yes to. Redis hears how it ended; nobody waits for that. */
  const record = async (request: HoldRequest): Promise<HoldOutcome> => {
    const { reservationId, holdTtlMs } = request;
    const keep = (owner: string, seatNos?: readonly number[]) => {
      const value = `${owner} h ${clock.now() + holdTtlMs}`;
      return run(KEEP, request, [reservationId, value, String(holdTtlMs)], seatNos);
    };
    const release = () => run(RELEASE, request, [reservationId]);
    try {
      const outcome = await options.decide(request);
      if (outcome.ok) later(keep(reservationId));
      else if (outcome.code === 'seat_taken') later(release().then(() => keep('other', outcome.seatNos)));
      else later(release());
      return outcome;
    } catch (error) {
      later(release());
      throw error;
    }
  };

  const decide = async (request: HoldRequest): Promise<HoldOutcome> => {
    const until = clock.now() + WAIT_MS;
    for (;;) {
      const now = clock.now();
      const about = [request.reservationId, String(now), String(now + PENDING_MS), String(PENDING_MS)];
      const found = (await run(CLAIM, request, about)) as readonly (Buffer | string)[] | undefined;
      if (found === undefined || now >= until) return options.decide(request);
      if (found.length === 0) return record(request);
      const { taken } = await options.look(request);
      if (taken.length > 0) return { ok: false, code: 'seat_taken', seatNos: taken };
      const values = found.map(String);
      const isHeld = (value: string) => value.includes(' h ');
      await run(
        FORGET,
        request,
        values.map((value) => (isHeld(value) ? value : '')),
      );
      if (!values.every((value) => value === '' || isHeld(value)))
        await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
    }
  };
  return createQueuedHolds('redis-script', decide, options);
}
