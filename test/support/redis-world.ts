import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { createClient } from '@redis/client';
import { RedisFanOut } from '../../src/adapters/redis/fan-out.ts';
import type { RedisSettings } from '../../src/adapters/redis/link.ts';
import { Redis } from '../../src/adapters/redis/redis.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Hub } from '../../src/platform/live/hub.ts';
import { createTestHub } from './live.ts';
import { services, statusOfServices } from './services.ts';

export type RedisKind = 'redis' | 'redis-cluster';

export type RedisWorld = {
  /** Of this test file alone. */
  settings(): RedisSettings;
  /** The addresses of the nodes, `host:port`. */
  nodes(): readonly string[];
  connect(options?: { readonly onError?: (error: unknown) => void }): Promise<Redis>;
  /** A hub as another instance has it. */
  instance(options?: InstanceOptions): Promise<Hub>;
  /** A command to one node, past everything of ours. */
  ask(node: string, ...command: readonly string[]): Promise<unknown>;
};

export type InstanceOptions = {
  readonly keeps?: { readonly ms: number; readonly messages: number; readonly bytes: number };
  readonly redis?: Redis;
  readonly giveUpMs?: number;
};

const CHECK_MS = 100;

/** A Redis, or a cluster of six nodes, that the tests of a file have for themselves. */
export function useRedis(kind: RedisKind): RedisWorld {
  let directory = '';
  let addresses: readonly string[] = [];
  const opened: { stop(): Promise<void> }[] = [];
  const prefix = `test-${randomUUID()}`;
  before(
    async () => {
      directory = await mkdtemp(join(tmpdir(), 'firstcome-redis-'));
      await services(['start', kind], directory);
      const [status] = await statusOfServices([kind], directory);
      const text = status?.env['REDIS_URL'] ?? status?.env['REDIS_CLUSTER'] ?? '';
      addresses = text.replace('redis://', '').split(',');
    },
    { timeout: 300_000 },
  );
  after(async () => {
    await Promise.all(opened.map((one) => one.stop()));
    await services(['stop'], directory);
    await rm(directory, { recursive: true, force: true });
  });
  const settings = (): RedisSettings => ({
    urls: addresses.map((address) => `redis://${address}`),
    isCluster: kind === 'redis-cluster',
    prefix,
  });
  const connect: RedisWorld['connect'] = async ({ onError = () => undefined } = {}) => {
    const redis = new Redis(settings(), { clock: systemClock, startWaitMs: 10_000, onError });
    await redis.lifecycle.start();
    opened.push(redis.lifecycle);
    return redis;
  };
  return {
    settings,
    connect,
    nodes: () => addresses,
    async instance({ redis, ...options } = {}) {
      const fanOut = new RedisFanOut({
        redis: redis ?? (await connect()),
        clock: systemClock,
        ids: createIds(systemClock, systemRandom),
        onError: () => undefined,
        checkMs: CHECK_MS,
        ...options,
      });
      await fanOut.lifecycle.start();
      opened.push(fanOut.lifecycle);
      return createTestHub({ fanOut });
    },
    async ask(node, ...command) {
      const client = createClient({ url: `redis://${node}`, socket: { reconnectStrategy: false } });
      // What the tests break is said by the command.
      client.on('error', () => undefined);
      await client.connect();
      try {
        return await client.sendCommand([...command]);
      } finally {
        client.destroy();
      }
    },
  };
}
