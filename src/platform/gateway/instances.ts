import { Pool } from 'undici';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { INSTANCE_HEADER } from '../auth/internal-tokens.ts';
import type { InstanceRegistry } from '../discovery/registry.ts';

/** `ready`: it does its work; `unready`: it answers, and says that it does not; `gone`: nothing is heard of it. */
export type InstanceState = 'ready' | 'unready' | 'gone';

/** A process that requests can go to. */
export type Instance = {
  readonly origin: string;
  /** Its own name of itself, new with each start; undefined until it was heard of. */
  id: string | undefined;
  state: InstanceState;
  underWay: number;
  streams: number;
  /** For requests: bounded, since each connection costs both sides a descriptor. */
  readonly requests: Pool;
  /** For event streams, each of which keeps its connection. */
  readonly streaming: Pool;
};

export type InstancesOptions = {
  readonly registry: InstanceRegistry;
  readonly clock: Clock;
  /** Connections to one instance at most, streams apart. */
  readonly connectionsMax: number;
  /** Requests under way at one instance at most. */
  readonly requestsMax: number;
  /** How long an instance has to begin its answer. */
  readonly answerTimeoutMs: number;
  readonly checkEveryMs?: number;
  readonly listEveryMs?: number;
  /** Hears of each change of a state. */
  readonly onChange: (origin: string, state: InstanceState, why: string) => void;
  readonly onError: (error: unknown) => void;
};

export type Load = 'underWay' | 'streams';

const CHECK_EVERY_MS = 500;
const LIST_EVERY_MS = 2_000;
const CHECK_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** Shorter than an instance keeps an idle connection, so that it is we who close it, and no request meets its end. */
const IDLE_MS = 4_000;
/** What is forgotten costs a hop. */
const KEPT_MAX = 10_000;

/** The instances that there are, how they are, and which of them is next. */
export class Instances {
  readonly lifecycle: Lifecycle;
  readonly #options: InstancesOptions;
  #known: Instance[] = [];
  #turn = 0;
  readonly #keepers: BoundedMap<string, Instance>;

  constructor(options: InstancesOptions) {
    this.#options = options;
    const { clock, onError, checkEveryMs = CHECK_EVERY_MS, listEveryMs = LIST_EVERY_MS } = options;
    this.#keepers = new BoundedMap({ maxEntries: KEPT_MAX, clock });
    let stops: (() => void)[] = [];
    this.lifecycle = createLifecycle('instances', {
      start: async () => {
        await this.#list().catch(onError);
        await this.check();
        const unref = { unref: true };
        stops = [
          every(clock, listEveryMs, () => this.#list(), onError, unref),
          every(clock, checkEveryMs, () => this.check(), onError, unref),
        ];
      },
      stop: async () => {
        for (const stop of stops) stop();
        // Streams have no end of their own.
        const known = this.#known.flatMap(({ requests, streaming }) => [
          requests.close(),
          streaming.destroy(),
        ]);
        await Promise.all(known);
      },
    });
  }

  get all(): readonly Instance[] {
    return this.#known;
  }

  /**
   * The one with the least load of those that are ready; where none is, of those that answer at all, since much is
   * answered without a database. `full`: there are some, and each has as much under way as it may have.
   */
  choose(load: Load, except: ReadonlySet<Instance>, kept?: string): Instance | 'full' | undefined {
    const keeper = kept === undefined ? undefined : this.#keepers.get(kept);
    if (keeper && keeper.state !== 'gone' && !except.has(keeper) && this.#hasRoom(keeper)) return keeper;
    return this.#least('ready', load, except) ?? this.#least('unready', load, except);
  }

  #least(state: InstanceState, load: Load, except: ReadonlySet<Instance>): Instance | 'full' | undefined {
    let best: Instance | 'full' | undefined;
    const count = this.#known.length;
    // Begins somewhere else each time, so that equals take turns.
    this.#turn = (this.#turn + 1) % Math.max(1, count);
    for (let step = 0; step < count; step++) {
      const one = this.#known[(this.#turn + step) % count]!;
      if (one.state !== state || except.has(one)) continue;
      if (!this.#hasRoom(one)) best ??= 'full';
      else if (best === undefined || best === 'full' || one[load] < best[load]) best = one;
    }
    return best;
  }

  #hasRoom({ underWay }: Instance): boolean {
    return underWay < this.#options.requestsMax;
  }

  /** Remembers who keeps what only one of them can have, such as a room. */
  keeps(kept: string, instance: Instance): void {
    if (this.#keepers.get(kept) !== instance) this.#keepers.set(kept, instance);
  }

  /** Nobody could be reached there: it gets nothing until it is heard of again. */
  lost(instance: Instance, why: string): void {
    this.#change(instance, 'gone', why);
  }

  /** Asks all of them how they are. */
  async check(): Promise<void> {
    await Promise.all(this.#known.map((instance) => this.#checkOne(instance)));
  }

  async #checkOne(instance: Instance): Promise<void> {
    try {
      const { statusCode, headers, body } = await instance.streaming.request({
        method: 'GET',
        path: '/health/ready',
        headersTimeout: CHECK_TIMEOUT_MS,
        bodyTimeout: CHECK_TIMEOUT_MS,
      });
      await body.dump();
      const id = headers[INSTANCE_HEADER];
      instance.id = typeof id === 'string' ? id : undefined;
      this.#change(instance, statusCode === 200 ? 'ready' : 'unready', `it answers ${statusCode}`);
    } catch (error) {
      this.#change(instance, 'gone', error instanceof Error ? error.message : String(error));
    }
  }

  #change(instance: Instance, state: InstanceState, why: string): void {
    if (instance.state === state || !this.#known.includes(instance)) return;
    instance.state = state;
    this.#options.onChange(instance.origin, state, why);
  }

  async #list(): Promise<void> {
    const origins = [...new Set(await this.#options.registry.list())];
    const before = new Map(this.#known.map((instance) => [instance.origin, instance]));
    this.#known = origins.map((origin) => before.get(origin) ?? this.#open(origin));
    const left = [...before.values()].filter(({ origin }) => !origins.includes(origin));
    for (const instance of left) {
      instance.state = 'gone';
      // What is under way there comes to its end.
      for (const pool of [instance.requests, instance.streaming])
        void pool.close().catch(this.#options.onError);
    }
    await Promise.all(
      this.#known.filter(({ origin }) => !before.has(origin)).map((instance) => this.#checkOne(instance)),
    );
  }

  #open(origin: string): Instance {
    const { connectionsMax, answerTimeoutMs } = this.#options;
    const connect = { timeout: CONNECT_TIMEOUT_MS };
    const both = { connect, pipelining: 1, keepAliveTimeout: IDLE_MS, headersTimeout: answerTimeoutMs };
    return {
      origin,
      id: undefined,
      state: 'gone',
      underWay: 0,
      streams: 0,
      requests: new Pool(origin, { ...both, connections: connectionsMax, bodyTimeout: answerTimeoutMs }),
      streaming: new Pool(origin, { ...both, connections: null, bodyTimeout: 0 }),
    };
  }
}
