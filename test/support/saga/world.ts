import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database, type Row } from '../../../src/adapters/postgres/database.ts';
import { ApiClient } from '../../../traffic/api-client.ts';
import { readSeats } from '../../../traffic/requests.ts';
import { type DemoSale, findDemoSale } from '../demo-sale.ts';
import { acquireTestDatabase, urlOf } from '../postgres.ts';
import { isRunning } from '../postgres-process.ts';
import { brokenInvariants, makePeople, type Person, type System, startSystem } from '../system.ts';
import { until } from '../until.ts';
import { assertPromisesKept, END, exportedTo, OPEN_SAGAS, recorded, type SagaEnd } from './end.ts';
import { type Cell, isCrash, nameOf, toTable } from './steps.ts';
import { Buyer, MANNERS, STORIES, StoryOver } from './stories.ts';

/** Holds lapse while a test goes on, and leave time for a restart. */
const HOLD_TTL_MS = 4_000;
/** Beyond the hold, so that a crash at the end of a wave has met all of it. */
const CRASH_MS_MAX = 25_000;
const WAVES_MAX = 12;
const WAVE_MS = 1_500;
const ENVIRONMENT = {
  PAYMENT_TIMEOUT_MS: '500',
  PAYMENT_CONFIRM_MIN_MS: '500',
  CHARGE_MONTH_MAX: '9000000000',
  CHARGE_PAYABLE_MS: String(HOLD_TTL_MS),
};
const REPORT = 'hits';
const EXPORTED = 'export';
const FAULTS_MODULE = new URL('./faults.ts', import.meta.url).href;
const TOLD = Object.values(STORIES);

/** The real system in a process that is made to fail, on a database of its own, and people who reserve and pay. */
export class SagaWorld {
  readonly database: Database;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #directory: string;
  readonly #release: () => Promise<void>;
  readonly #client = new ApiClient(() => this.#system?.address ?? 'http://127.0.0.1:1', { socketsMax: 256 });
  #system: System | undefined;
  #sale!: DemoSale;
  #people: Person[] = [];
  #used = 0;
  #waves = 0;
  readonly #stories: Promise<void>[] = [];
  readonly #buyers: Buyer[] = [];

  private constructor(
    database: Database,
    environment: Readonly<Record<string, string>>,
    directory: string,
    release: () => Promise<void>,
  ) {
    this.database = database;
    this.#environment = environment;
    this.#directory = directory;
    this.#release = release;
  }

  /**
   * @param waves how often everybody's story is told at most
   * @param more settings, such as the DATABASE_URL of an empty database in place of one of the tests
   */
  static async open(waves: number, more: Readonly<Record<string, string>> = {}): Promise<SagaWorld> {
    const own = more['DATABASE_URL'] === undefined ? await acquireTestDatabase() : undefined;
    const url = own ? urlOf(own.connection) : more['DATABASE_URL']!;
    const directory = await mkdtemp(join(tmpdir(), 'firstcome-saga-'));
    const report = join(directory, REPORT);
    await writeFile(report, '');
    const told = { SAGA_REPORT: report, EXPORT_TO: 'file', EXPORT_DIR: join(directory, EXPORTED) };
    const environment = { ...ENVIRONMENT, ...told, ...more, DATABASE_URL: url };
    const database = createDatabase({ connection: { url }, maxConnections: 2 });
    const world = new SagaWorld(database, environment, directory, async () => {
      await database.close();
      await rm(directory, { recursive: true, force: true });
      await own?.release();
    });
    await world.#prepare(waves * TOLD.length);
    return world;
  }

  async #prepare(seats: number): Promise<void> {
    const system = await this.#start([]);
    this.#sale = await findDemoSale(system.address, seats);
    assert.equal(this.#sale.seatIds.length, seats);
    await system.stop();
    this.#system = undefined;
    const { performanceId } = this.#sale;
    await this.database.query('update performance set hold_ttl_ms = $2 where id = $1', [
      performanceId,
      HOLD_TTL_MS,
    ]);
    const environment = this.#environment;
    this.#people = [...(await makePeople('', 2 * seats, { performanceId, environment }))];
  }

  async #start(cells: readonly Cell[]): Promise<System> {
    const environment = { ...this.#environment, SAGA_FAULTS: JSON.stringify(cells) };
    this.#system = await startSystem({
      dataDir: this.#directory,
      environment,
      nodeArguments: ['--import', FAULTS_MODULE],
    });
    return this.#system;
  }

  /** Lets all stories begin at once, each with people and a seat of its own. */
  #wave(): void {
    const { performanceId, seatIds } = this.#sale;
    for (const [index, story] of TOLD.entries()) {
      const seatId = seatIds[this.#used];
      assert.ok(seatId, 'more waves than were prepared');
      const manner = MANNERS[(this.#waves + index) % MANNERS.length]!;
      const [buyer, rival] = [0, 1].map((which) => {
        const person = this.#people[2 * this.#used + which]!;
        return new Buyer(this.#client, person, which === 0 ? manner : 'patient', performanceId);
      }) as [Buyer, Buyer];
      this.#used += 1;
      this.#buyers.push(buyer, rival);
      const told = story({ buyer, rival, seatId }).then(
        () => undefined,
        (error: unknown) => {
          if (!(error instanceof StoryOver)) throw error;
        },
      );
      told.catch(() => undefined);
      this.#stories.push(told);
    }
    this.#waves += 1;
  }

  /** Lets every fault that needs no crash happen in one life of the process. */
  async meet(cells: readonly Cell[]): Promise<void> {
    await this.#start(cells);
    for (let wave = 0; wave < WAVES_MAX && (await this.missing(cells)).length > 0; wave++) {
      this.#wave();
      await sleep(WAVE_MS);
    }
    await this.#untilMet(cells);
  }

  /** Lets the process die at one step; what it left is for the next life. */
  async crash(cell: Cell): Promise<void> {
    assert.ok(isCrash(cell));
    try {
      await this.#start([cell]);
      this.#wave();
    } catch (error) {
      // What an earlier life left was met at once.
      if ((await this.missing([cell])).length > 0) throw error;
    }
    await this.#untilMet([cell]);
  }

  async #untilMet(cells: readonly Cell[]): Promise<void> {
    const giveUpAt = Date.now() + CRASH_MS_MAX;
    while ((await this.missing(cells)).length > 0 && Date.now() < giveUpAt) await sleep(20);
    await this.#system?.kill('server');
    this.#system = undefined;
  }

  /** Lets something happen to what the system stands on while people reserve and pay; it goes on in the same life. */
  async outlive(outage: () => Promise<void>): Promise<void> {
    await this.#start([]);
    let isOver = false;
    const over = outage().finally(() => {
      isOver = true;
    });
    for (let wave = 0; wave < WAVES_MAX && !isOver; wave++) {
      this.#wave();
      await sleep(WAVE_MS);
    }
    await over;
    this.#wave();
  }

  /** Those of these cells that have not been hit. */
  async missing(cells: readonly Cell[]): Promise<readonly Cell[]> {
    const hit = new Set((await readFile(join(this.#directory, REPORT), 'utf8')).split('\n'));
    return cells.filter((cell) => !hit.has(nameOf(cell)));
  }

  /**
   * Lets everything end in a life without faults, then holds what there is against the provider's own book, the
   * consumers' work and all that was answered; prints the cells.
   */
  async assertSettled(cells: readonly Cell[], context: TestContext): Promise<void> {
    const system = this.#system ?? (await this.#start([]));
    await Promise.all(this.#stories);
    await until(
      () => this.#ask<{ open: string }>(OPEN_SAGAS),
      (open) => open.length === 0,
    );
    const [end] = await this.#ask<SagaEnd>(END);
    assert.ok(end);
    await until(
      () => this.#soldByConsumers(),
      (sold) => sold.every((seats) => seats === end.seats_sold),
    );
    const { confirmed, taken, sold_by_card, tickets, seats_sold, seats_held, charged_twice } = end;
    assert.deepEqual(
      { taken, tickets, seats_sold, seats_held, charged_twice },
      { taken: sold_by_card, tickets: confirmed, seats_sold: confirmed, seats_held: 0, charged_twice: 0 },
    );
    // Each of the ways a saga can end was gone.
    const { cancelled, expired, declined, refunded } = end;
    for (const count of [confirmed, cancelled, expired, declined, refunded]) assert.ok(count > 0);
    await assertPromisesKept(this.database, new Map(this.#buyers.flatMap((buyer) => [...buyer.told])));
    await until(
      async () => (await exportedTo(join(this.#directory, EXPORTED))) >= (await recorded(this.database)),
    );
    assert.equal(await exportedTo(join(this.#directory, EXPORTED)), await recorded(this.database));
    assert.deepEqual(await brokenInvariants('', this.#environment), []);
    assert.ok(isRunning(system.pid), 'the system ended by itself');
    context.diagnostic(JSON.stringify(end));
    const missing = await this.missing(cells);
    for (const line of toTable(cells, missing)) context.diagnostic(line);
    assert.deepEqual(missing, []);
  }

  #ask<R extends Row>(statement: string): Promise<readonly R[]> {
    return this.database.query<R>(statement, [this.#sale.performanceId]);
  }

  /** Seats that are sold by what hears of events: the ranking, and the live map. */
  async #soldByConsumers(): Promise<readonly number[]> {
    const { performanceId } = this.#sale;
    const [ranking] = await this.#ask<{ sold: number }>(
      'select coalesce(sum(sold), 0)::integer as sold from sales_progress where performance_id = $1',
    );
    const { state } = await this.#client.ask(readSeats(performanceId));
    return [ranking!.sold, state.split('').filter((seat) => seat === '2').length];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
    await this.#release();
  }
}
