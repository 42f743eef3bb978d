import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { systemClock } from '../../src/kernel/clock.ts';
import { createSeededRandom } from '../../src/kernel/random.ts';
import {
  type DomainEvent,
  type DurableConsumer,
  defineEvents,
  type EffectTransaction,
  type EventType,
  type Follower,
  type StoredEvent,
} from '../../src/platform/events/event.ts';
import type { EventLogOptions } from '../../src/platform/events/event-log.ts';
import type { EventLog } from '../../src/platform/events/log.ts';

/** One storage, on which any number of processes open their log. */
export type EventLogWorld = {
  open(options: EventLogOptions): EventLog;
  /** Saves events, as a transaction of some use case does, and returns when it has committed. */
  append(events: readonly DomainEvent[]): Promise<void>;
  /** An effect inside of a consumer's transaction: a note of the event. */
  note(transaction: EffectTransaction, consumer: string, event: StoredEvent): Promise<void>;
  /** The `serial` of every event noted, in the order of the notes. */
  noted(consumer: string): Promise<number[]>;
  close(): Promise<void>;
};

const KEYS = ['0198c0de-0000-7000-8000-000000000001', '0198c0de-0000-7000-8000-000000000002'] as const;
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

/** What a case of the contract works on: a storage, and the processes that it opens. */
export class EventLogStage {
  readonly world: EventLogWorld;
  readonly errors: unknown[] = [];
  readonly #opened: EventLog[] = [];

  constructor(world: EventLogWorld) {
    this.world = world;
  }

  open(more: Partial<EventLogOptions> = {}): EventLog {
    const log = this.world.open({
      clock: systemClock,
      random: createSeededRandom(1),
      onError: (error) => void this.errors.push(error),
      ...QUICK,
      ...more,
    });
    this.#opened.push(log);
    return log;
  }

  async start(more: Partial<EventLogOptions> = {}): Promise<EventLog> {
    const log = this.open(more);
    await log.start();
    return log;
  }

  /** A consumer whose effect is a note of each event. */
  noting(
    name: string,
    before: (event: StoredEvent) => void | Promise<void> = () => undefined,
  ): DurableConsumer {
    const { world } = this;
    return {
      kind: 'durable',
      name,
      types: [THINGS['thing.happened']],
      async apply(events, transaction) {
        for (const one of events) {
          await before(one);
          await world.note(transaction, name, one);
        }
      },
    };
  }

  /** Waits until a consumer has failed so often in a row. */
  async failed(log: EventLog, consumer: string, attempts: number): Promise<void> {
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

export type EventLogCase = readonly [behaviour: string, run: (stage: EventLogStage) => Promise<void>];
