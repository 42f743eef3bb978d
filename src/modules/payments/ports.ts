import type { Result } from '../../kernel/result.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';
import type { PaymentRefusalCode } from './model.ts';

export type Payment = {
  readonly id: string;
  readonly reservationId: string;
  readonly accountId: string;
  readonly method: 'points';
  readonly amount: number;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'refunded';
  readonly createdAt: number;
};

export type PaymentRequest = {
  readonly reservationId: string;
  readonly accountId: string;
  readonly paymentId: string;
  readonly transferId: string;
  /** Asked once for each seat that is paid: how many there are shows only under lock. */
  readonly newTicket: () => { readonly id: string; readonly code: string };
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

/** Confirms reservations and takes the points in one transaction. */
export type Checkout = {
  /** Requests of one batch name different reservations and different buyers. */
  pay(batch: readonly PaymentRequest[]): Promise<readonly PaymentOutcome[]>;
};
