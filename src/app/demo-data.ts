import type { FastifyBaseLogger } from 'fastify';
import { createMemoryReadCache } from '../adapters/memory/read-cache.ts';
import { createCatalogueReader } from '../adapters/postgres/catalogue/catalogue-reader.ts';
import { createCatalogueStore } from '../adapters/postgres/catalogue/catalogue-store.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { createAccountStore } from '../adapters/postgres/identity/account-store.ts';
import { createKeyStore } from '../adapters/postgres/identity/key-store.ts';
import { createSessionStore } from '../adapters/postgres/identity/session-store.ts';
import { runOnce, wasDone } from '../adapters/postgres/once.ts';
import { createCheckout } from '../adapters/postgres/payments/checkout.ts';
import { createPointLedger } from '../adapters/postgres/points/point-ledger.ts';
import { createCancellations } from '../adapters/postgres/reservations/cancellations.ts';
import { createHoldExpiry } from '../adapters/postgres/reservations/hold-expiry.ts';
import { createReservationStore } from '../adapters/postgres/reservations/reservation-store.ts';
import { createSeatHolds } from '../adapters/postgres/reservations/seat-holds.ts';
import { createSeatClaimReader } from '../adapters/postgres/seating/seat-claim-reader.ts';
import { createTicketStore } from '../adapters/postgres/tickets/ticket-store.ts';
import { partsOf } from '../adapters/postgres/waiting-room/room-change.ts';
import type { Config } from '../config/config.ts';
import { type DemoSystem, loadDemoData } from '../demo/index.ts';
import { createManualClock, type ManualClock, systemClock } from '../kernel/clock.ts';
import { Fault } from '../kernel/faults.ts';
import { createIds } from '../kernel/ids.ts';
import { systemRandom } from '../kernel/random.ts';
import { createCatalogue } from '../modules/catalogue/index.ts';
import { createIdentity } from '../modules/identity/index.ts';
import { createPayments } from '../modules/payments/index.ts';
import { createReservations } from '../modules/reservations/index.ts';
import { createTokens } from '../platform/tokens/tokens.ts';
import { enrolmentCodesOf } from './enrolment-codes.ts';

const DEMO_DATA = 'demo-data';

export type DemoLoading = {
  readonly config: Config;
  readonly database: Database;
  readonly logger: FastifyBaseLogger;
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Aborted: loading ends, and nothing of it stays. */
  readonly signal?: AbortSignal | undefined;
  /** Epoch ms from which everything is dated; by default now. */
  readonly now?: number;
};

/**
 * Loads the demonstration into a database that never had it: in one transaction, so that it is there wholly or
 * not at all, whatever dies meanwhile.
 * @returns whether it was loaded now
 * @throws Error in production, where its passwords must not exist
 */
export async function loadDemoOnce(loading: DemoLoading): Promise<boolean> {
  const { config, database, onProgress = () => undefined, signal, now = systemClock.now() } = loading;
  if (config.mode !== 'demo') throw new Error('demo data is for demo mode only');
  return runOnce(database, DEMO_DATA, async (inside) => {
    const system = compose(config, inside, loading.logger);
    await loadDemoData({ system, now, onProgress, signal });
  });
}

/**
 * Keeps production off a database that was a demonstration: its accounts stay, and everybody knows a manager's
 * password.
 * @throws Fault `demo_database`
 */
export async function refuseDemoData(database: Database): Promise<void> {
  if (!(await wasDone(database, DEMO_DATA))) return;
  throw new Fault(
    'demo_database',
    'This database holds the demonstration, whose passwords are public: give production another one, by DATA_DIR or DATABASE_URL.',
  );
}

const KRW_MAX = 1_000_000_000;

/** What only a system that serves needs. */
const unused = (): never => {
  throw new Error('not there while demo data is loaded');
};

/** The use cases on an open transaction and a clock of the past. Nothing of it runs in the background. */
function compose(config: Config, database: Database, logger: FastifyBaseLogger): DemoSystem {
  const clock = createManualClock(0);
  const hint = { committed: () => undefined };
  const onError = (err: unknown) => logger.warn({ err }, 'loading demo data');
  const base = { database, clock, hint, onError, random: systemRandom, ids: createIds(clock, systemRandom) };
  const catalogue = createCatalogue({
    ...base,
    store: createCatalogueStore(database, hint),
    reader: createCatalogueReader(database),
    claims: createSeatClaimReader(database),
    log: { position: unused, follow: unused },
    createCache: (options) => createMemoryReadCache(options, base),
  });
  const reservations = createReservations({
    ...base,
    // A batch at a time: there is only one connection.
    holds: createSeatHolds({ ...base, maxInFlight: 1 }),
    store: createReservationStore(database),
    cancellations: createCancellations(base),
    expiry: createHoldExpiry(base),
    catalogue,
    // These sales were before the rooms kept lines.
    gate: { check: () => ({ ok: true, value: true }) },
  });
  const { payments, points } = createPayments({
    ...base,
    checkout: createCheckout(database, hint),
    ledger: createPointLedger(database, hint),
    limits: { amountMax: KRW_MAX, monthMax: KRW_MAX },
    tickets: createTicketStore(database),
    seatLabel: unused,
    spendPass: () => Promise.resolve(),
    onSpendFailed: onError,
  });
  return {
    provision: (batch) => composeIdentity(config, base).accounts.provision(batch),
    selling: catalogue.selling,
    terms: catalogue.terms,
    reserve: reservations.reserve,
    pay: payments.payWithPoints,
    charge: points.charge,
    async setRoom(performanceId, value) {
      const settings = { at: clock.now(), value, changedBy: null };
      const change = { at: clock.now(), rooms: [{ performanceId, settings }], answers: [] };
      for (const part of partsOf(change)) await part(database);
    },
    clock,
  };
}

type IdentityBase = Omit<Parameters<typeof createTokens>[0], 'store' | 'secretKey'> & {
  readonly database: Database;
  readonly clock: ManualClock;
  readonly hint: { committed(): void };
};

function composeIdentity(config: Config, base: IdentityBase) {
  const { database, hint } = base;
  const { secretKey } = config;
  return createIdentity({
    ...base,
    secretKey,
    accounts: createAccountStore(database, hint),
    sessions: createSessionStore(database),
    tokens: createTokens({ ...base, secretKey, store: createKeyStore(database) }),
    enrolmentCodes: enrolmentCodesOf(config),
  });
}
