import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { systemClock } from '../../src/kernel/clock.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import { type Cursor, toCursor } from '../../src/platform/events/cursor.ts';
import type { EventFeedOptions } from '../../src/platform/events/engine.ts';
import {
  type ConsumerOptions,
  type DomainEvent,
  type DurableConsumer,
  defineEvents,
  type EffectTransaction,
  type EventType,
  type Follower,
  type StoredEvent,
} from '../../src/platform/events/event.ts';
import type { EventFeed } from '../../src/platform/events/feed.ts';
import { partitionOf } from '../../src/platform/events/partitions.ts';

/** One storage, on which any number of processes open their feed. */
export type EventFeedWorld = {
  open(options: EventFeedOptions): EventFeed;
  /** Saves events, as a transaction of some use case does, and returns when it has committed. */
  append(events: readonly DomainEvent[]): Promise<void>;
  /** An effect inside of a consumer's transaction: a note of the event. */
  note(transaction: EffectTransaction, consumer: string, event: StoredEvent): Promise<void>;
  /** How many lanes the feed has. */
  readonly lanes: number;
  /** Publishes the last events again, as a relay that died does; undefined where nothing is published. */
  readonly repeat: ((count: number) => void | Promise<void>) | undefined;
  /** The feed keeps no longer what was saved until now; undefined where it is the store. */
  readonly forget: (() => void | Promise<void>) | undefined;
  /** The `serial` of every event noted, in the order of the notes. */
  noted(consumer: string): Promise<number[]>;
  /** What a consumer has parked, in order; without a cause it only waits. */
  parked(consumer: string): Promise<readonly ParkedSerial[]>;
  /** Takes the parked events of a key out, as a redrive that has applied them. */
  unpark(consumer: string, key: string): Promise<void>;
  close(): Promise<void>;
};

export type ParkedSerial = { readonly serial: number; readonly cause: string | undefined };

export const KEYS = ['0198c0de-0000-7000-8000-000000000001', '0198c0de-0000-7000-8000-000000000002'] as const;
const Thing = Type.Object({ thingId: Type.String(), serial: Type.Integer() });
export const THINGS = defineEvents({ subject: 'thingId' }, { 'thing.happened': Thing, other: Thing });

const QUICK = {
  pollMs: 10,
  readIntervalMs: 1,
  standbyMs: 10,
  saveIntervalMs: 5,
  backoff: { baseMs: 1, maxMs: 8 },
};

export function event(serial: number, more: Partial<DomainEvent> = {}): DomainEvent {
  return {
    type: THINGS['thing.happened'].type,
    version: 1,
    subject: KEYS[serial % 2]!,
    partitionKey: KEYS[serial % 2]!,
    occurredAt: Date.UTC(2026, 0, 1) + serial,
    data: { serial },
    ...more,
  };
}

export function serialOf({ data }: StoredEvent): number {
  return (data as { serial: number }).serial;
}

export const upTo = (count: number) => Array.from({ length: count }, (_, serial) => serial);

/** The lane on which the event with this serial comes. */
export function laneOf({ lanes }: EventFeedWorld, serial: number): number {
  return partitionOf(event(serial).partitionKey) % lanes;
}

/** Whether an event comes behind that one. */
export function isBehind(world: EventFeedWorld, serial: number, first: number): boolean {
  return serial >= first && laneOf(world, serial) === laneOf(world, first);
}

/** Each of these serials once, and those of a key in order. */
export function assertDelivered(actual: readonly number[], expected: readonly number[]): void {
  const inOrder = (a: number, b: number) => a - b;
  assert.deepEqual(actual.toSorted(inOrder), expected.toSorted(inOrder));
  for (const key of [0, 1]) {
    const ofKey = actual.filter((serial) => serial % 2 === key);
    assert.deepEqual(ofKey, ofKey.toSorted(inOrder), 'in order per partition key');
  }
}

/** What a case of the contract works on: a storage, and the processes that it opens. */
export class EventFeedFixture {
  readonly world: EventFeedWorld;
  readonly errors: unknown[] = [];
  readonly #opened: EventFeed[] = [];

  constructor(world: EventFeedWorld) {
    this.world = world;
  }

  /** What a feed of this fixture is opened with. */
  options(): EventFeedOptions {
    return {
      clock: systemClock,
      random: createSeededRandom(1),
      onError: (error) => void this.errors.push(error),
      ...QUICK,
    };
  }

  open(more: Partial<EventFeedOptions> = {}): EventFeed {
    const log = this.world.open({ ...this.options(), ...more });
    this.#opened.push(log);
    return log;
  }

  async start(more: Partial<EventFeedOptions> = {}): Promise<EventFeed> {
    const log = this.open(more);
    await log.start();
    return log;
  }

  /** A consumer whose effect is a note of each event. */
  noting(
    name: string,
    before: (event: StoredEvent) => void | Promise<void> = () => undefined,
    more: ConsumerOptions = {},
  ): DurableConsumer {
    const { world } = this;
    return {
      kind: 'durable',
      name,
      types: [THINGS['thing.happened']],
      ...more,
      async apply(events, transaction) {
        for (const one of events) {
          await before(one);
          await world.note(transaction, name, one);
        }
      },
    };
  }

  /** The cursor before the first event. */
  get beginning(): Cursor {
    return toCursor(Array.from({ length: this.world.lanes }, () => 0));
  }

  /** One that no case comes to. */
  get farAhead(): Cursor {
    return toCursor(Array.from({ length: this.world.lanes }, () => 1_000_000));
  }

  /** Waits until so many events are noted. */
  async noted(consumer: string, count: number): Promise<void> {
    while ((await this.world.noted(consumer)).length < count) await sleep(1);
  }

  /** Waits until so many events are parked. */
  async parked(consumer: string, count: number): Promise<void> {
    while ((await this.world.parked(consumer)).length < count) await sleep(1);
  }

  /** Waits until a consumer has failed so often in a row. */
  async failed(log: EventFeed, consumer: string, attempts: number): Promise<void> {
    for (;;) {
      const status = (await log.consumers()).find((one) => one.name === consumer);
      if ((status?.failure?.attempts ?? 0) >= attempts) return;
      await sleep(1);
    }
  }

  async close(): Promise<void> {
    for (const log of this.#opened) await log.stop();
    await this.world.close();
  }
}

/** A follower that collects the serials it sees. */
export function collecting(
  seen: number[],
  types: readonly EventType[] = [THINGS['thing.happened']],
): Follower {
  return {
    kind: 'follower',
    name: 'follower',
    types,
    apply: (events) => void seen.push(...events.map(serialOf)),
  };
}

export type EventFeedCase = readonly [behaviour: string, run: (fixture: EventFeedFixture) => Promise<void>];
