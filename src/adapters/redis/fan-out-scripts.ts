import { type RedisScript, redisScript } from './redis.ts';

/**
 * A topic in Redis: `meta`, a hash with `epoch`, `last` (the number of the last message), `run` and `bytes`, and, by
 * publisher, the last of its own numbers that was taken; `log`, the last messages of this epoch; and the channel `live`.
 *
 * A Redis that lost writes, in a failover or by starting again, would give numbers a second time. It has another
 * replication id then, which begins another epoch: who was told of the old one learns that something may be missing.
 */
export const TOPIC_KEYS = ['meta', 'log', 'live'] as const;

const CURRENT = `
  local run = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'run', 'bytes')
  local epoch, last, bytes = meta[1], tonumber(meta[2] or 0), tonumber(meta[4] or 0)
  if not epoch or meta[3] ~= run then
    epoch, last, bytes = ARGV[1], 0, 0
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[1], 'epoch', epoch, 'last', 0, 'run', run, 'bytes', 0)
  end
  local kept = redis.call('LLEN', KEYS[2])
  if kept == 0 then bytes = 0 end
`;

/** ARGV: epoch if a new one begins, ms that the numbers are remembered, the same of messages, messages and bytes kept, publisher, its number of the first, messages. */
export const PUBLISH: RedisScript = redisScript(`
  ${CURRENT}
  local taken = tonumber(redis.call('HGET', KEYS[1], ARGV[6]) or 0)
  local number = tonumber(ARGV[7])
  for at = 8, #ARGV do
    if number > taken then
      last = last + 1
      local message = string.format('%s.%.0f\\n', epoch, last) .. ARGV[at]
      redis.call('RPUSH', KEYS[2], message)
      bytes = bytes + #message
      kept = kept + 1
      while kept > tonumber(ARGV[4]) or bytes > tonumber(ARGV[5]) do
        bytes = bytes - #redis.call('LPOP', KEYS[2])
        kept = kept - 1
      end
      redis.call('SPUBLISH', KEYS[3], message)
    end
    number = number + 1
  end
  redis.call('HSET', KEYS[1], 'last', last, 'bytes', bytes, ARGV[6], math.max(taken, number - 1))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  return 1
`);

/**
 * What came after a message. ARGV: epoch if a new one begins, ms that the numbers are remembered, epoch and number of that message.
 * @returns epoch, number of the last message, whether nothing is missing, and the messages: those after it, or all that are kept
 */
export const READ: RedisScript = redisScript(`
  ${CURRENT}
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  local after = tonumber(ARGV[4])
  local first = last - kept + 1
  if ARGV[3] == epoch and after >= first - 1 and after <= last then
    if after == last then return {epoch, last, 1, {}} end
    return {epoch, last, 1, redis.call('LRANGE', KEYS[2], after - first + 1, -1)}
  end
  return {epoch, last, 0, redis.call('LRANGE', KEYS[2], 0, -1)}
`);
