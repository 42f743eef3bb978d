import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BareServer, type Stalls } from '../load/bare-server-process.ts';
import { nowMs } from '../load/clock.ts';
import { GeneratorPool } from '../load/generator-pool.ts';
import { intervalMsOf, type LoadOrder, lengthMsOf } from '../load/load-order.ts';
import { targetOf } from '../load/request.ts';
import { UsageMeter } from '../measure/usage.ts';
import { SubscribersProcess } from '../streams/subscribers-process.ts';
import { makePeople, type PeopleOptions } from '../system/people.ts';
import { existingSystem, type System, startSystem } from '../system/system.ts';
import { TestVenue } from '../system/test-venue.ts';
import { askTruth, type Invariant } from '../system/truth.ts';
import type { LabOptions } from './lab-options.ts';
import { answersAgree, type MeasuredRun } from './measured-run.ts';
import { type Profiling, startProfile } from './profiling.ts';
import type { ProgressLine } from './progress-line.ts';
import type { PreparedRun, Variant } from './variant.ts';

const TIMEOUT_MS = 30_000;
const DRAIN_MS = 30_000;
/** People do what they did before in turn, as many at once as keep the system busy. */
const BEFORE_CONNECTIONS = 64;
const BEFORE_MS = 900_000;
const WARM_UP_MS = 1_500;
const WARM_UP_QUICK_MS = 500;
const GENERATOR_MS = 1_000;
const GENERATOR_QUICK_MS = 400;
const GENERATOR_TIMES = 3;

export type OpenSystem = { readonly system: System; readonly venue: TestVenue };

export type LabDeps = {
  readonly options: LabOptions;
  readonly progress: ProgressLine;
  /** Aborted: what is under way is stopped, what was measured is kept. */
  readonly signal: AbortSignal;
};

/** What a scenario works with: systems, people, and loads that are measured. */
export class Lab {
  readonly options: LabOptions;
  readonly signal: AbortSignal;
  readonly #progress: ProgressLine;
  readonly #systems = new Map<string, OpenSystem>();
  readonly #pools = new Map<number, GeneratorPool>();
  #scratch: string | undefined;
  #files = 0;
  #bare: BareServer | undefined;
  #stalling: BareServer | undefined;
  #generatorPerSecond: number | undefined;

  constructor({ options, progress, signal }: LabDeps) {
    this.options = options;
    this.signal = signal;
    this.#progress = progress;
  }

  /** The system that holds seats by a strategy, with more settings; started when first asked for, kept to the end. */
  async system(strategy = 'batch', more: Readonly<Record<string, string>> = {}): Promise<OpenSystem> {
    const environment = { HOLD_STRATEGY: strategy, ...more };
    const key = JSON.stringify(environment);
    const known = this.#systems.get(key);
    if (known) return known;
    const { against, entry, profileDir } = this.options;
    this.#progress.say(`starting the system (${strategy})`);
    const system =
      against === undefined
        ? await startSystem({
            environment,
            inspect: profileDir !== undefined,
            ...(entry === undefined ? {} : { entry }),
          })
        : existingSystem(against);
    const opened = { system, venue: await TestVenue.open(system) };
    this.#systems.set(key, opened);
    return opened;
  }

  /** A server that does nothing, in a process of its own. @returns its address */
  async bareServer(): Promise<string> {
    this.#bare ??= await BareServer.start();
    return this.#bare.address;
  }

  /** A server that answers slowly and stalls, in a process of its own. @returns its address */
  async stallingServer(stalls: Stalls): Promise<string> {
    this.#stalling ??= await BareServer.start(stalls);
    return this.#stalling.address;
  }

  /**
   * Requests a second that the generator itself can send and read, against a server that does nothing.
   * Measured once.
   */
  async generatorLimit(): Promise<number> {
    this.#generatorPerSecond ??= await this.#measureGenerator();
    return this.#generatorPerSecond;
  }

  async #measureGenerator(): Promise<number> {
    const what = { address: await this.bareServer(), traffic: { kind: 'bare', method: 'POST' } } as const;
    await this.warmUp(what);
    this.#progress.say('measuring the generator');
    const { connections, quick } = this.options;
    const durationMs = quick ? GENERATOR_QUICK_MS : GENERATOR_MS;
    const order = { loop: 'closed', concurrency: connections, durationMs } as const;
    let best = 0;
    // A limit is what was reached once: another program can only make it look lower.
    for (let time = 0; time < GENERATOR_TIMES; time++) {
      const { result } = await this.#poolOf().offer(this.#task({ ...what, order }));
      best = Math.max(best, (result.outcomes.won * 1_000) / result.durationMs);
    }
    return best;
  }

  /** Makes people, with passes where a performance is named. @returns their file */
  people(system: System, count: number, performanceId?: string): Promise<string> {
    this.#progress.say(`making ${count} people`);
    return this.#people(system, { count, ...(performanceId === undefined ? {} : { performanceId }) });
  }

  /** Makes people who stand in a line, evenly spread over its length, while the system is stopped. @returns their file */
  peopleInLine(
    system: System,
    line: { readonly performanceId: string; readonly lineLength: number; readonly count: number },
  ): Promise<string> {
    this.#progress.say(`letting ${line.lineLength} people join a line`);
    return this.#people(system, line);
  }

  async #people(system: System, who: Omit<PeopleOptions, 'file' | 'signal'>): Promise<string> {
    this.signal.throwIfAborted();
    this.#scratch ??= await mkdtemp(join(tmpdir(), 'firstcome-lab-people-'));
    const file = join(this.#scratch, `${this.#files++}.jsonl`);
    await makePeople(system, { ...who, file, signal: this.signal });
    return file;
  }

  /** Lets code become hot, in the generator as in what it asks. Not measured. */
  async warmUp(what: Pick<PreparedRun, 'address' | 'traffic'>): Promise<void> {
    this.#progress.say('warming up');
    const { connections, quick } = this.options;
    const durationMs = quick ? WARM_UP_QUICK_MS : WARM_UP_MS;
    const order: LoadOrder = { loop: 'closed', concurrency: connections, durationMs };
    await this.#poolOf().offer(this.#task({ ...what, order }));
  }

  /** Everybody of a traffic that ends does it once, as fast as the system answers. Not measured. */
  async goBefore(what: Pick<PreparedRun, 'address' | 'traffic'>): Promise<void> {
    this.#progress.say('people do what they do first');
    const connections = BEFORE_CONNECTIONS;
    const order: LoadOrder = { loop: 'closed', concurrency: connections, durationMs: BEFORE_MS };
    const { result } = await this.#poolOf().offer(this.#task({ ...what, order, connections }));
    const { error, refused } = result.outcomes;
    if (error + refused > 0 && !this.signal.aborted)
      throw new Error(`${error + refused} people could not begin: ${JSON.stringify(result.errors)}`);
  }

  /** Runs a variant once: what comes before, the load, and what the database says of it. */
  async measure(variant: Variant, round: number): Promise<MeasuredRun> {
    const run = await variant.prepare(round);
    for (const traffic of run.before ?? []) await this.goBefore({ address: run.address, traffic });
    const { system, count } = run;
    const countedBefore = system && count ? count(await askTruth(system)) : 0;
    const { result: load, usage, seen } = await this.#offerBefore(variant.name, run);
    const result = { ...load, steps: { ...load.steps, ...run.shownBeside } };
    const invariants: Invariant[] = [...seen];
    let counted: number | undefined;
    if (system) {
      this.#progress.say('checking the database');
      const truth = await askTruth(system);
      invariants.push(...truth.invariants);
      if (count) {
        counted = count(truth) - countedBefore;
        invariants.push(answersAgree(result, counted));
        if (run.expect) invariants.push({ checked: counted, ...run.expect(counted) });
      }
    }
    const { name, prepare: _, ...about } = variant;
    const shown = counted === undefined ? {} : { counted };
    return { variant: name, ...about, round, order: run.order, result, usage, invariants, ...shown };
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#pools.values(), (pool) => pool.close()));
    await Promise.all([this.#bare?.stop(), this.#stalling?.stop()]);
    await Promise.all([...this.#systems.values()].map(({ system }) => system.stop()));
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
  }

  /** Offers a load before the eyes of its subscribers, where it has one. */
  async #offerBefore(name: string, run: PreparedRun) {
    const subscribers = run.subscribers && new SubscribersProcess();
    try {
      if (run.subscribers) {
        this.#progress.say('opening streams');
        await subscribers?.open(run.subscribers.order);
      }
      const profile = await this.#startProfile(run.system);
      await run.beside?.begin();
      const { result, usage } = await this.#offer(name, run, subscribers);
      await run.beside?.end();
      await profile?.end(name);
      if (!run.subscribers || !subscribers) return { result, usage, seen: [] };
      this.#progress.say('hearing the last of it');
      const { invariant, delays } = await subscribers.settle(await run.subscribers.end(result));
      return { result: { ...result, steps: { ...result.steps, ...delays } }, usage, seen: [invariant] };
    } finally {
      await subscribers?.stop();
    }
  }

  async #offer(name: string, run: PreparedRun, subscribers?: SubscribersProcess) {
    const pool = this.#poolOf(run.generators);
    const { pid, dataDir } = run.system ?? {};
    const watched = { generator: pool.pids, server: pid, dataDir, subscribers: subscribers?.pid };
    const meter = new UsageMeter(watched, intervalMsOf(run.order));
    let begunMs = 0;
    try {
      const { result } = await pool.offer({
        ...this.#task(run),
        onBegin: (startAtMs) => {
          begunMs = startAtMs;
          meter.start();
          subscribers?.begin(lengthMsOf(run.order));
        },
        onProgress: (progress) =>
          this.#progress.load(name, (nowMs() - begunMs) / lengthMsOf(run.order), progress),
      });
      return { result, usage: meter.stop() };
    } finally {
      meter.stop();
    }
  }

  async #startProfile(system: System | undefined): Promise<Profiling | undefined> {
    const { profileDir } = this.options;
    if (profileDir === undefined || system?.inspector === undefined) return undefined;
    return startProfile(system.inspector, profileDir);
  }

  #task(run: Pick<PreparedRun, 'address' | 'traffic' | 'order' | 'connections' | 'cold' | 'drainMs'>) {
    return {
      target: targetOf(run.address),
      traffic: run.traffic,
      order: run.order,
      firstIndex: 0,
      connections: run.connections ?? this.options.connections,
      cold: run.cold ?? false,
      timeoutMs: TIMEOUT_MS,
      drainMs: run.drainMs ?? DRAIN_MS,
      signal: this.signal,
    };
  }

  #poolOf(size = this.options.generators): GeneratorPool {
    const pool = this.#pools.get(size) ?? new GeneratorPool(size);
    this.#pools.set(size, pool);
    return pool;
  }
}
