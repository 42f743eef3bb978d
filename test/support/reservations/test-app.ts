import { createDatabase, type Database, type Queryable } from '../../../src/adapters/postgres/database.ts';
import { cardInvariants } from '../../../src/adapters/postgres/invariants/cards.ts';
import { doorInvariants } from '../../../src/adapters/postgres/invariants/doors.ts';
import { eventInvariants } from '../../../src/adapters/postgres/invariants/events.ts';
import { moneyInvariants } from '../../../src/adapters/postgres/invariants/money.ts';
import { seatInvariants } from '../../../src/adapters/postgres/invariants/seats.ts';
import { migrate } from '../../../src/adapters/postgres/migrate.ts';
import { createCheckout } from '../../../src/adapters/postgres/payments/checkout.ts';
import { refundReservations } from '../../../src/adapters/postgres/payments/refunds.ts';
import { createPointLedger } from '../../../src/adapters/postgres/points/point-ledger.ts';
import { createCancellations } from '../../../src/adapters/postgres/reservations/cancellations.ts';
import { createHoldExpiry } from '../../../src/adapters/postgres/reservations/hold-expiry.ts';
import { createReservationStore } from '../../../src/adapters/postgres/reservations/reservation-store.ts';
import { type Clock, systemClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { createSeededRandom, systemRandom } from '../../../src/kernel/random.ts';
import type { HoldOutcome, HoldRequest, SeatHolds } from '../../../src/modules/reservations/index.ts';
import { acquireTestDatabase, type TestDatabase } from '../postgres.ts';

export type SeatHoldsFactory = (options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly hint: { committed(): void };
  readonly maxQueued?: number;
}) => SeatHolds;

/** What a strategy promises, as a test of one. */
export type SeatHoldsCase = (testApp: ReservationTestApp, create: SeatHoldsFactory) => Promise<void>;

const HOLD_TTL_MS = 60_000;
/** Whose idempotency keys are those of requests without an account. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';
/** What sessions of instances call themselves. */
export const INSTANCE = 'firstcome-instance';

export type SeatState = { seat_no: number; epoch: number; status: number; reservation_id: string };

/** A database with one performance of 1,000 seats, and all that reservations are made of. */
export class ReservationTestApp {
  readonly database: Database;
  readonly random = systemRandom;
  readonly ids = createIds(systemClock, systemRandom);
  readonly hint = { committed: () => undefined };
  readonly performanceId = this.ids.next();
  /** Time that tests move on; its timers are those of the machine. */
  readonly clock: Clock & { skip(ms: number): void };
  readonly #testDatabase: TestDatabase;
  #offsetMs = 0;
  readonly #pools: Database[] = [];
  readonly #opened: SeatHolds[] = [];

  private constructor(testDatabase: TestDatabase) {
    this.#testDatabase = testDatabase;
    this.database = createDatabase({ connection: testDatabase.connection, maxConnections: 10 });
    this.clock = {
      now: () => systemClock.now() + this.#offsetMs,
      after: systemClock.after,
      skip: (ms) => {
        this.#offsetMs += ms;
      },
    };
  }

  /** @param strategy whose functions the database has besides those of the default */
  static async open(strategy = 'batch'): Promise<ReservationTestApp> {
    const testDatabase = await acquireTestDatabase();
    const testApp = new ReservationTestApp(testDatabase);
    try {
      await migrate(testDatabase.connection, { strategy });
      await testApp.addPerformance(testApp.performanceId, 4);
    } catch (error) {
      await testApp.close();
      throw error;
    }
    return testApp;
  }

  async addPerformance(performanceId: string, limitPerPerson: number): Promise<void> {
    const [owner, venue, plan, concert] = Array.from({ length: 4 }, () => this.ids.next());
    await this.database.query(
      `insert into account values ('${owner}', '${owner}@example.org', 'A seller', null, '{member,seller}', now())`,
    );
    await this.database.query(
      `insert into venue (id, owner_id, name, address, time_zone, created_at)
        values ('${venue}', '${owner}', 'Hall', 'Street 1', 'Asia/Seoul', now())`,
    );
    await this.database.query(
      `insert into stage (id, venue_id, name, plan, plan_hash, grades, capacity, created_at)
        values ('${plan}', '${venue}', 'Stage', '{}', 'hash', '{}', 1000, now())`,
    );
    await this.database.query(
      `insert into concert (id, owner_id, title, artist, created_at, updated_at)
       values ('${concert}', '${owner}', 'Concert', 'Artist', now(), now())`,
    );
    await this.database.query(
      `insert into performance (id, concert_id, stage_id, starts_at, opens_at, closes_at, prices, limit_per_person,
         hold_ttl_ms, created_at, updated_at)
       values ($1, $2, $3, now() + interval '2 hours', now() - interval '1 hour', now() + interval '1 hour', '{}', $4,
         $5, now() - interval '1 hour', now() - interval '1 hour')`,
      [performanceId, concert, plan, limitPerPerson, HOLD_TTL_MS],
    );
  }

  /** A strategy with a pool of its own, as in another process of the system. */
  openInstance(create: SeatHoldsFactory): SeatHolds {
    const { connection } = this.#testDatabase;
    const database = createDatabase({ connection, maxConnections: 8, applicationName: INSTANCE });
    this.#pools.push(database);
    return this.openHolds(create, { database });
  }

  /** A strategy on the pool of the test app. */
  openHolds(create: SeatHoldsFactory, options: { maxQueued?: number; database?: Database } = {}): SeatHolds {
    const holds = create({ database: this.database, clock: this.clock, hint: this.hint, ...options });
    this.#opened.push(holds);
    return holds;
  }

  /** A request for free seats of this performance by somebody new. */
  request(seatNos: readonly number[], change: Partial<HoldRequest> = {}): HoldRequest {
    return {
      reservationId: this.ids.next(),
      performanceId: this.performanceId,
      accountId: this.ids.next(),
      seatNos,
      prices: seatNos.map(() => 0),
      amount: 0,
      holdTtlMs: HOLD_TTL_MS,
      limitPerPerson: 4,
      ...change,
    };
  }

  cancellations() {
    return createCancellations({
      database: this.database,
      clock: this.clock,
      hint: this.hint,
      refund: refundReservations,
    });
  }

  expiry() {
    return createHoldExpiry(this);
  }

  store() {
    return createReservationStore(this.database);
  }

  /** Pays a reservation that costs nothing, so that no points are needed. @returns the refusal, if any */
  async confirm(
    reservationId: string,
    accountId: string,
    now = this.clock.now(),
    database = this.database,
  ): Promise<string | undefined> {
    const [outcome] = await createCheckout(database, this.hint, this).pay([
      {
        purpose: { kind: 'reservation', id: reservationId },
        accountId,
        paymentId: this.ids.next(),
        transferId: this.ids.next(),
        now,
      },
    ]);
    return outcome!.ok ? undefined : outcome!.code;
  }

  async cancel(reservationId: string, how: 'cancel' | 'request-cancel' = 'cancel') {
    const request = { reservationId, requestedBy: this.ids.next(), transferId: this.ids.next(), how };
    const [outcome] = await this.cancellations().cancel([request]);
    return outcome!;
  }

  /** The rows of the seats, also of those that were given back. */
  async seats(performanceId = this.performanceId): Promise<SeatState[]> {
    return this.database.query<SeatState>(
      'select seat_no, epoch, status, reservation_id from seat_hold where performance_id = $1 order by seat_no',
      [performanceId],
    );
  }

  async eventTypes(reservationId: string): Promise<string[]> {
    const rows = await this.database.query<{ type: string }>(
      'select type from event_each where key = $1 order by position',
      [reservationId],
    );
    return rows.map(({ type }) => type);
  }

  /** Gives somebody points. */
  async charge(accountId: string, amount: number): Promise<void> {
    const now = this.clock.now();
    const request = {
      accountId,
      amount,
      transferId: this.ids.next(),
      entryId: this.ids.next(),
      now,
      monthStart: now,
      limits: { amountMin: 1, amountMax: Number.MAX_SAFE_INTEGER, monthMax: Number.MAX_SAFE_INTEGER },
    };
    const [charged] = await createPointLedger(this.database, this.hint).charge([request]);
    if (!charged?.ok) throw new Error(charged?.code);
  }

  /** What the invariants of seats, money and events say against this database, as of one snapshot. */
  async breaches(): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await tx.query('set transaction isolation level repeatable read, read only');
      return breachesOf(tx);
    });
  }

  /** Lets all strategies answer what they took, and closes their pools. */
  async closeInstances(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((holds) => holds.drain()));
    await Promise.all(this.#pools.splice(0).map((pool) => pool.close()));
  }

  /** As new, which costs a tenth of a new one. */
  async reset(): Promise<void> {
    await this.closeInstances();
    this.#offsetMs = 0;
    await this.database.query(
      `truncate reservation, seat_hold, event, idempotency_record, payment, payment_step, ticket, point_entry, point_balance`,
    );
  }

  async close(): Promise<void> {
    await this.closeInstances();
    await this.database.close();
    await this.#testDatabase.release();
  }
}

/** Names and details of the invariants that do not hold in what `query` sees. */
export async function breachesOf(query: Queryable): Promise<string[]> {
  const breaches: string[] = [];
  for (const { name, run } of [
    ...seatInvariants,
    ...moneyInvariants,
    ...cardInvariants,
    ...doorInvariants,
    ...eventInvariants,
  ]) {
    const { ok, detail } = await run(query);
    if (!ok) breaches.push(`${name}: ${detail}`);
  }
  return breaches;
}

/** Asserts nothing, narrows: the reservation of a request that won. */
export function wonBy(outcome: HoldOutcome) {
  if (!outcome.ok) throw new Error(`lost: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** Up to `seatsMax` different seats out of the first `among`, ascending, as a seed decides. */
export function seatPicker(seed: number, among: number, seatsMax: number): () => number[] {
  const random = createSeededRandom(seed);
  return () => {
    const seats = new Set<number>();
    const count = 1 + random.below(seatsMax);
    while (seats.size < count) seats.add(random.below(among));
    return [...seats].toSorted((a, b) => a - b);
  };
}
