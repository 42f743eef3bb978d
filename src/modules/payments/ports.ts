import type { Result } from '../../kernel/result.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';
import type { PaymentRefusalCode } from './model.ts';

/** What a payment is for. Rides and points will be paid for in the same way. */
export type PaymentPurpose = { readonly kind: 'reservation'; readonly id: string };

export type Payment = {
  readonly id: string;
  readonly purpose: PaymentPurpose;
  readonly accountId: string;
  readonly method: 'points';
  readonly amount: number;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'refunded';
  readonly createdAt: number;
};

export type PaymentRequest = {
  readonly purpose: PaymentPurpose;
  readonly accountId: string;
  readonly paymentId: string;
  readonly transferId: string;
  /** Epoch ms. */
  readonly now: number;
  readonly trace?: string;
  /** Of a success; its effect is the PaymentOutcomeValue. */
  readonly saveTo?: ResultSlot | undefined;
};

export type PaymentOutcomeValue = {
  readonly payment: Payment;
  readonly performanceId: string;
  /** True when the reservation had been paid before: nothing was taken now. */
  readonly repeated: boolean;
};

export type PaymentOutcome = Result<PaymentOutcomeValue, PaymentRefusalCode>;

/** Confirms reservations, takes the points and issues the tickets in one transaction. */
export type Checkout = {
  /** Requests of one batch name different purposes and different buyers. */
  pay(batch: readonly PaymentRequest[]): Promise<readonly PaymentOutcome[]>;
};
