import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { CardCheckout, Payment } from '../payments/index.ts';
import { type ChargeLimits, type ChargeRefusalCode, monthStart } from './model.ts';
import type {
  ChargeOutcome,
  ChargeRequest,
  Credit,
  PointEntry,
  PointLedger,
  PointPurchases,
  PurchaseOutcome,
} from './ports.ts';

export type PointsService = {
  /** A person charges for itself, where there is a way to be paid for it. */
  charge(command: ChargeCommand): Promise<Result<PointEntry, ChargeRefusalCode | 'charge_not_allowed'>>;
  /** A person buys points by card: opens a payment, and says where it is paid. */
  buy(command: BuyCommand): Promise<Result<Purchase, BuyRefusalCode>>;
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
  readonly chargeWays: readonly ('instant' | 'card')[];
  /** By card. */
  readonly underWay: readonly Payment[];
};

type Purchase = { readonly payment: Payment; readonly repeated: boolean };
type BuyRefusalCode =
  | Extract<PurchaseOutcome, { ok: false }>['code']
  | 'card_unavailable'
  | 'return_url_invalid';

export type ChargeCommand = {
  readonly accountId: string;
  readonly amount: number;
  readonly trace?: string | undefined;
  readonly key?: IdempotencyRef | undefined;
};

export type BuyCommand = Omit<ChargeCommand, 'key'> & {
  /** Our own, as the buyer sees it. */
  readonly origin: string;
  readonly returnUrl?: string | undefined;
};

export type CreditCommand = ChargeCommand & { readonly reason: string; readonly managerId: string };

export type PointsServiceDeps = {
  /** Whether people charge for themselves without a payment. */
  readonly membersCharge: boolean;
  readonly cardCheckout: CardCheckout;
  readonly purchases: PointPurchases;
  /** How long a payment by card stays open. */
  readonly payableMs: number;
  readonly accountExists: (accountId: string) => Promise<boolean>;
  readonly ledger: PointLedger;
  readonly limits: ChargeLimits;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly observeCharges?: (observation: MicroBatchObservation) => void;
};

const BATCH_MAX = 200;
const QUEUED_MAX = 16_384;

/** Opens a payment by card for points, and sends its buyer to the provider. */
function buyer({
  purchases,
  cardCheckout,
  limits,
  payableMs,
  clock,
  ids,
}: PointsServiceDeps): PointsService['buy'] {
  return async ({ accountId, amount, origin, returnUrl, trace }) => {
    const backTo = cardCheckout.backTo(returnUrl ?? `${origin}/points`, origin);
    if (backTo === undefined) return refuse('return_url_invalid');
    if (cardCheckout.provider === undefined) return refuse('card_unavailable');
    const now = clock.now();
    const opened = await purchases.open({
      accountId,
      amount,
      chargeId: ids.next(),
      paymentId: ids.next(),
      provider: cardCheckout.provider,
      returnUrl: backTo,
      now,
      payableUntil: now + payableMs,
      monthStart: monthStart(now),
      limits,
      trace,
    });
    if (!opened.ok) return opened;
    const sent = await cardCheckout.send(opened.value.payment, origin);
    return sent.ok ? ok({ payment: sent.value, repeated: opened.value.repeated }) : sent;
  };
}

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
  const chargeWays = [
    ...(deps.membersCharge ? (['instant'] as const) : []),
    ...(deps.cardCheckout.provider === undefined ? [] : (['card'] as const)),
  ];
  return {
    buy: buyer(deps),
    charge: (command) =>
      deps.membersCharge ? transfer(command) : Promise.resolve(refuse('charge_not_allowed')),
    async credit({ reason, managerId, ...command }) {
      if (!(await deps.accountExists(command.accountId))) return refuse('account_not_found');
      return transfer(command, { reason: reason.trim(), by: managerId });
    },
    async standing(accountId) {
      const [{ balance, charged }, underWay] = await Promise.all([
        ledger.standing(accountId, monthStart(clock.now())),
        deps.purchases.underWay(accountId),
      ]);
      const monthLeft = Math.max(0, limits.monthMax - charged);
      const { amountMin: chargeMin, amountMax } = limits;
      const mayCharge = chargeWays.length > 0 && monthLeft >= chargeMin;
      const chargeMax = mayCharge ? Math.min(amountMax, monthLeft) : 0;
      return { balance, chargeMin, chargeMax, monthLeft, chargeWays, underWay };
    },
    entries: (accountId, page) => ledger.entries(accountId, page),
  };
}
