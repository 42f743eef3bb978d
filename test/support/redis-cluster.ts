import { Redis } from '../../src/adapters/redis/redis.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { RedisWorld } from './redis-world.ts';
import { until } from './until.ts';

type Node = {
  readonly id: string;
  readonly address: string;
  readonly master: string | undefined;
  readonly slots: readonly (readonly [number, number])[];
};

/** The key of a topic as the system names it; every one of a topic has the same slot. */
const keyOf = (world: RedisWorld, topic: string) =>
  new Redis(world.settings(), { clock: systemClock, startWaitMs: 0, onError: () => undefined }).key(
    topic,
    'log',
  );

async function nodesOf(world: RedisWorld): Promise<readonly Node[]> {
  const [first = ''] = world.nodes();
  const text = String(await world.ask(first, 'CLUSTER', 'NODES'));
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', place = '', flags = '', master = '', , , , , ...slots] = line.split(' ');
      return {
        id,
        address: place.split('@')[0]!,
        master: flags.includes('slave') ? master : undefined,
        slots: slots
          .filter((range) => !range.startsWith('['))
          .map((range) => range.split('-').map(Number))
          .map(([from = 0, to = from]) => [from, to] as const),
      };
    });
}

export async function mastersOf(world: RedisWorld): Promise<readonly string[]> {
  if (!world.settings().isCluster) return world.nodes();
  return (await nodesOf(world)).filter(({ slots }) => slots.length > 0).map(({ address }) => address);
}

async function ownerOf(world: RedisWorld, topic: string) {
  const [first = ''] = world.nodes();
  const slot = Number(await world.ask(first, 'CLUSTER', 'KEYSLOT', keyOf(world, topic)));
  const nodes = await nodesOf(world);
  const owner = nodes.find(({ slots }) => slots.some(([from, to]) => slot >= from && slot <= to))!;
  return { slot, owner, nodes };
}

/** The node that has the keys of a topic. */
export async function slotOwner(world: RedisWorld, topic: string): Promise<string> {
  return world.settings().isCluster ? (await ownerOf(world, topic)).owner.address : world.nodes()[0]!;
}

/** Moves the slot of a topic to another master, as `redis-cli --cluster reshard` does. */
export async function moveSlot(world: RedisWorld, topic: string): Promise<void> {
  const { slot, owner, nodes } = await ownerOf(world, topic);
  const target = nodes.find(({ slots, id }) => slots.length > 0 && id !== owner.id)!;
  const [host = '', port = ''] = target.address.split(':');
  const at = (node: Node, ...words: readonly string[]) => world.ask(node.address, ...words);
  await at(target, 'CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', owner.id);
  await at(owner, 'CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', target.id);
  for (;;) {
    const keys = (await at(owner, 'CLUSTER', 'GETKEYSINSLOT', String(slot), '10')) as readonly string[];
    if (keys.length === 0) break;
    await at(owner, 'MIGRATE', host, port, '', '0', '5000', 'KEYS', ...keys);
  }
  for (const node of [target, owner]) await at(node, 'CLUSTER', 'SETSLOT', String(slot), 'NODE', target.id);
}

/**
 * From now on the replica of a topic's master hears nothing.
 * @returns kills the master for good, and waits until the replica has taken over without what it did not hear
 */
export async function restartless(world: RedisWorld, topic: string): Promise<() => Promise<void>> {
  const { owner, nodes } = await ownerOf(world, topic);
  const replica = nodes.find(({ master }) => master === owner.id)!;
  const [masterPid, replicaPid] = [await pidOf(world, owner), await pidOf(world, replica)];
  await until(async () =>
    String(await world.ask(owner.address, 'INFO', 'replication')).includes('state=online'),
  );
  process.kill(replicaPid, 'SIGSTOP');
  await world.ask(owner.address, 'CLIENT', 'KILL', 'TYPE', 'replica');
  return async () => {
    process.kill(masterPid, 'SIGKILL');
    process.kill(replicaPid, 'SIGCONT');
    await until(async () =>
      String(await world.ask(replica.address, 'INFO', 'replication')).includes('role:master'),
    );
  };
}

async function pidOf(world: RedisWorld, { address }: Node): Promise<number> {
  return Number(/process_id:(\d+)/.exec(String(await world.ask(address, 'INFO', 'server')))![1]);
}
