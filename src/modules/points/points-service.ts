import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import { type Result, refuse } from '../../kernel/result.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import { type ChargeLimits, type ChargeRefusalCode, monthStart } from './model.ts';
import type { ChargeOutcome, ChargeRequest, Credit, PointEntry, PointLedger } from './ports.ts';

export type PointsService = {
  /** A person charges for itself, where there is a way to be paid for it. */
  charge(command: ChargeCommand): Promise<Result<PointEntry, ChargeRefusalCode | 'charge_not_allowed'>>;
  /** A manager gives points, with a reason. */
  credit(command: CreditCommand): Promise<Result<PointEntry, ChargeRefusalCode | 'account_not_found'>>;
  standing(accountId: string): Promise<PointsStanding>;
  entries(accountId: string, page: IdPage): Promise<readonly PointEntry[]>;
};

export type PointsStanding = {
  readonly balance: number;
  readonly chargeMin: number;
  /** Within the limit of a charge and what the month leaves; 0 where nothing can be charged. */
  readonly chargeMax: number;
  /** What may still be charged this month. */
  readonly monthLeft: number;
};

export type ChargeCommand = {
  readonly accountId: string;
  readonly amount: number;
  readonly trace?: string | undefined;
  readonly key?: IdempotencyRef | undefined;
};

export type CreditCommand = ChargeCommand & { readonly reason: string; readonly managerId: string };

export type PointsServiceDeps = {
  /** Whether people charge for themselves. */
  readonly membersCharge: boolean;
  readonly accountExists: (accountId: string) => Promise<boolean>;
  readonly ledger: PointLedger;
  readonly limits: ChargeLimits;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly observeCharges?: (observation: MicroBatchObservation) => void;
};

const BATCH_MAX = 200;
const QUEUED_MAX = 16_384;

/** A person's points: charge, balance, statement. */
export function createPointsService(deps: PointsServiceDeps): PointsService {
  const { ledger, limits, clock, ids } = deps;
  const batch = createMicroBatch<ChargeRequest, ChargeOutcome>({
    name: 'charges',
    run: (requests) => ledger.charge(requests),
    maxBatch: BATCH_MAX,
    maxQueued: QUEUED_MAX,
    // Charges of one account wait for each other here, not on a connection for the lock of its balance.
    conflictKeys: (request) => [request.accountId],
    clock,
    ...(deps.observeCharges ? { observe: deps.observeCharges } : {}),
  });
  const transfer = ({ accountId, amount, trace, key }: ChargeCommand, credit?: Credit) => {
    const now = clock.now();
    return batch.submit({
      accountId,
      amount,
      trace,
      saveTo: key && { ref: key },
      transferId: ids.next(),
      entryId: ids.next(),
      now,
      monthStart: monthStart(now),
      // A manager gives as little as is due.
      limits: credit ? { ...limits, amountMin: 1 } : limits,
      ...(credit ? { credit } : {}),
    });
  };
  return {
    charge: (command) =>
      deps.membersCharge ? transfer(command) : Promise.resolve(refuse('charge_not_allowed')),
    async credit({ reason, managerId, ...command }) {
      if (!(await deps.accountExists(command.accountId))) return refuse('account_not_found');
      return transfer(command, { reason: reason.trim(), by: managerId });
    },
    async standing(accountId) {
      const { balance, charged } = await ledger.standing(accountId, monthStart(clock.now()));
      const monthLeft = Math.max(0, limits.monthMax - charged);
      const { amountMin: chargeMin, amountMax } = limits;
      const mayCharge = deps.membersCharge && monthLeft >= chargeMin;
      return { balance, chargeMin, chargeMax: mayCharge ? Math.min(amountMax, monthLeft) : 0, monthLeft };
    },
    entries: (accountId, page) => ledger.entries(accountId, page),
  };
}
