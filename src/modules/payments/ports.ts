import type { Result } from '../../kernel/result.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { IdempotentWrite } from '../../platform/http/idempotency.ts';
import type { ChargeLimits, ChargeRefusalCode, PaymentRefusalCode } from './model.ts';

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
  readonly idempotency?: IdempotentWrite<PaymentOutcomeValue> | undefined;
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

export type PointEntry = {
  readonly id: string;
  readonly kind: 'charge' | 'payment' | 'refund';
  readonly amount: number;
  readonly balanceAfter: number;
  readonly reference: string | null;
  readonly createdAt: number;
};

export type ChargeRequest = {
  readonly accountId: string;
  readonly amount: number;
  readonly trace?: string | undefined;
  readonly transferId: string;
  readonly entryId: string;
  readonly now: number;
  readonly monthStart: number;
  readonly limits: ChargeLimits;
  readonly idempotency?: IdempotentWrite<PointEntry> | undefined;
};

export type PointLedger = {
  charge(request: ChargeRequest): Promise<Result<PointEntry, ChargeRefusalCode>>;
  balance(accountId: string): Promise<number>;
  /** Newest first; one more than asked for when there are more. */
  entries(accountId: string, page: IdPage): Promise<readonly PointEntry[]>;
};

export type Ticket = {
  readonly id: string;
  readonly reservationId: string;
  readonly performanceId: string;
  readonly seatNo: number;
  readonly code: string;
  readonly status: 'valid' | 'void' | 'used';
  readonly issuedAt: number;
};

export type TicketStore = {
  list(accountId: string, page: IdPage): Promise<readonly Ticket[]>;
  find(accountId: string, ticketId: string): Promise<Ticket | undefined>;
};
