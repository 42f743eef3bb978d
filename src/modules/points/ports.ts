import type { Result } from '../../kernel/result.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';
import type { CardPayment, Payment } from '../payments/index.ts';
import type { ChargeLimits, ChargeRefusalCode } from './model.ts';

export type PointEntry = {
  readonly id: string;
  readonly kind: 'charge' | 'credit' | 'payment' | 'refund';
  readonly amount: number;
  readonly balanceAfter: number;
  readonly reference: string | null;
  /** Of a credit. */
  readonly reason: string | null;
  readonly createdAt: number;
};

/** What a manager gives; without it a person charges for itself, within the limit of the month. */
export type Credit = { readonly reason: string; readonly by: string };

export type PointStanding = { readonly balance: number; readonly charged: number };

export type ChargeRequest = {
  readonly accountId: string;
  readonly amount: number;
  readonly trace?: string | undefined;
  readonly transferId: string;
  readonly entryId: string;
  readonly now: number;
  readonly monthStart: number;
  readonly credit?: Credit;
  readonly limits: ChargeLimits;
  /** Of a success; its effect is the PointEntry. */
  readonly saveTo?: ResultSlot | undefined;
};

/** Points that are bought by card. */
export type PurchaseRequest = Pick<
  ChargeRequest,
  'accountId' | 'amount' | 'trace' | 'now' | 'monthStart' | 'limits'
> & {
  readonly chargeId: string;
  readonly paymentId: string;
  readonly provider: string;
  readonly returnUrl: string;
  /** Epoch ms. */
  readonly payableUntil: number;
};

export type PurchaseOutcome = Result<
  { readonly payment: CardPayment; readonly repeated: boolean },
  ChargeRefusalCode | 'payment_in_progress'
>;

/** Payments by card for points. What becomes of them is settled as for all payments by card, and credited with it. */
export type PointPurchases = {
  /**
   * Opens a payment. There is one of a person at a time: asked again for the same amount it is the one that is open,
   * and another amount ends it, as long as the provider was not told to take its money.
   */
  open(request: PurchaseRequest): Promise<PurchaseOutcome>;
  /** What has not ended, newest first. */
  underWay(accountId: string): Promise<readonly Payment[]>;
};

export type ChargeOutcome = Result<PointEntry, ChargeRefusalCode>;

export type PointLedger = {
  /** Requests of one batch name different accounts. */
  charge(batch: readonly ChargeRequest[]): Promise<readonly ChargeOutcome[]>;
  /** `charged`: since `monthStart`, epoch ms, and what is under way by card. */
  standing(accountId: string, monthStart: number): Promise<PointStanding>;
  /** Newest first; one more than asked for when there are more. */
  entries(accountId: string, page: IdPage): Promise<readonly PointEntry[]>;
};
