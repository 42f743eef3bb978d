import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../adapters/postgres/database.ts';
import { markForDemo } from '../adapters/postgres/database-mode.ts';
import { runOnce } from '../adapters/postgres/once.ts';
import { partsOf } from '../adapters/postgres/waiting-room/room-change.ts';
import type { Config } from '../config/config.ts';
import { type DemoSystem, loadDemoData } from '../demo/index.ts';
import { createManualClock, systemClock } from '../kernel/clock.ts';
import type { AdmissionGate } from '../modules/waiting-room/index.ts';
import { composeCatalogue } from './compose/catalogue.ts';
import { composeIdentity } from './compose/identity.ts';
import { composePayments } from './compose/payments.ts';
import { composePoints } from './compose/points.ts';
import { composeReservations } from './compose/reservations.ts';
import { createFoundation } from './foundation.ts';

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
 * @throws Error in production, where its passwords must not exist; Fault of `markForDemo`
 */
export async function loadDemoOnce(loading: DemoLoading): Promise<boolean> {
  const { config, database, onProgress = () => undefined, signal, now = systemClock.now() } = loading;
  if (config.mode !== 'demo') throw new Error('demo data is for demo mode only');
  return runOnce(database, DEMO_DATA, async (inside) => {
    await markForDemo(inside);
    const system = compose(loading, inside);
    await loadDemoData({ system, now, onProgress, signal });
  });
}

const KRW_MAX = 1_000_000_000;

/**
 * The use cases on an open transaction and a clock of the past. Nothing of it is started, so nothing runs in the
 * background.
 */
function compose({ config, logger }: DemoLoading, database: Database): DemoSystem {
  const clock = createManualClock(0);
  const loading: Config = {
    ...config,
    chargeAmountMin: 1,
    chargeAmountMax: KRW_MAX,
    chargeMonthMax: KRW_MAX,
    holdStrategy: 'batch',
  };
  const base = createFoundation(loading, { database }, { logger, clock });
  const { identity } = composeIdentity(base);
  const { catalogue } = composeCatalogue(base);
  // These sales were before the rooms kept lines.
  const gate: AdmissionGate = {
    check: () => ({ ok: true, value: true }),
    keep: () => ({ ok: false, code: 'pass_required' }),
    checkKept: () => ({ ok: true, value: true }),
    spend: () => Promise.resolve(),
  };
  // A batch at a time: there is only one connection.
  const reservations = composeReservations(base, { catalogue, gate, consumers: () => [], maxInFlight: 1 });
  const payments = composePayments(base, gate);
  const points = composePoints(base, { identity, payments });
  return {
    provision: (batch) => identity.accounts.provision(batch),
    selling: catalogue.selling,
    terms: catalogue.terms,
    reserve: reservations.reserve,
    pay: payments.payWithPoints,
    charge: points.charge,
    async setRoom(performanceId, value) {
      const settings = { at: clock.now(), value, version: 0, changedBy: null };
      const change = { at: clock.now(), rooms: [{ performanceId, settings }], results: [] };
      for (const part of partsOf(change, null)) await part(database);
    },
    clock,
  };
}
