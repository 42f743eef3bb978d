import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Result } from '../../kernel/result.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { IdempotentWrite } from '../../platform/http/idempotency.ts';
import { type ChargeLimits, type ChargeRefusalCode, monthStart } from './model.ts';
import type { PointEntry, PointLedger } from './ports.ts';

export type PointsService = {
  charge(command: ChargeCommand): Promise<Result<PointEntry, ChargeRefusalCode>>;
  balance(accountId: string): Promise<number>;
  entries(accountId: string, page: IdPage): Promise<readonly PointEntry[]>;
};

export type ChargeCommand = {
  readonly accountId: string;
  readonly amount: number;
  readonly trace?: string | undefined;
  readonly idempotency?: IdempotentWrite<PointEntry> | undefined;
};

export type PointsServiceDeps = {
  readonly ledger: PointLedger;
  readonly limits: ChargeLimits;
  readonly clock: Clock;
  readonly ids: Ids;
};

/** A person's points: charge, balance, statement. */
export function createPointsService({ ledger, limits, clock, ids }: PointsServiceDeps): PointsService {
  return {
    charge(command) {
      const now = clock.now();
      return ledger.charge({
        ...command,
        transferId: ids.next(),
        entryId: ids.next(),
        now,
        monthStart: monthStart(now),
        limits,
      });
    },
    balance: (accountId) => ledger.balance(accountId),
    entries: (accountId, page) => ledger.entries(accountId, page),
  };
}
