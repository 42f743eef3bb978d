import { isLoopback } from '../kernel/loopback.ts';
import { integer, type Settings, text, url, urlList } from './settings.ts';

const SCHEMES = ['redis', 'rediss'] as const;

/** Redis, which instances of one system share; one alone does without. */
export const redisSettings = {
  redisUrl: url(
    'REDIS_URL',
    SCHEMES,
    'One Redis 7 or later, as rediss://user:password@host:6379/0. NODE_EXTRA_CA_CERTS names a CA of your own.',
  ),
  redisCluster: nodeList(
    'REDIS_CLUSTER',
    'Some nodes of a Redis Cluster, as host:port or rediss://user:password@host:port, with commas between them; user and password of the first are used for all.',
  ),
  redisPrefix: text('REDIS_PREFIX', 'firstcome', 'What every key and channel in Redis begins with.'),
  redisStartWaitMs: integer(
    'REDIS_START_WAIT_MS',
    30_000,
    'How long a start waits for Redis where it does not answer, before it gives up.',
    { min: 0, max: 3_600_000 },
  ),
} as const;

type RedisSettings = Settings<typeof redisSettings>;

/** A bare `host:port` is `redis://host:port`. */
function nodeList(env: string, describe: string) {
  const urls = urlList(env, SCHEMES, describe);
  return {
    ...urls,
    parse: (value: string) =>
      urls.parse(value.replaceAll(/(^|,)\s*(?=[^\s,:/]+:\d{1,5}\s*(?:,|$))/g, '$1redis://')),
  };
}

/** What does not fit together, in words. */
export function redisProblems(
  config: RedisSettings & { readonly holdStrategy: string },
  mode: string,
): readonly string[] {
  const { redisUrl, redisCluster, redisPrefix } = config;
  const problems: string[] = [];
  if (redisUrl !== undefined && redisCluster.length > 0)
    problems.push('REDIS_URL names one Redis and REDIS_CLUSTER a cluster: set one of them.');
  const isNeeded = ['redis-lock', 'redis-script', 'bulk'].includes(config.holdStrategy);
  if (isNeeded && redisUrl === undefined && redisCluster.length === 0)
    problems.push(
      `REDIS_URL or REDIS_CLUSTER must name Redis where HOLD_STRATEGY is ${config.holdStrategy}.`,
    );
  if (!/^[\w.-]{1,40}$/.test(redisPrefix))
    problems.push('REDIS_PREFIX must have 1 to 40 letters, digits, dots and dashes.');
  const addresses = [...(redisUrl === undefined ? [] : [redisUrl]), ...redisCluster];
  const isOpen = (address: string) => {
    const { protocol, hostname, password } = new URL(address);
    return protocol !== 'rediss:' && password !== '' && !isLoopback(hostname);
  };
  if (mode === 'production' && addresses.some(isOpen))
    problems.push('REDIS_URL or REDIS_CLUSTER sends the password as it is: use rediss: in production.');
  return problems;
}
