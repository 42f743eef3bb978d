import type { Result } from '../../kernel/result.ts';
import type { ParkedFailure } from '../../platform/events/ports.ts';
import type { ResultSlot } from '../../platform/idempotency/ports.ts';
import type { ConfirmationRefusalCode, HoldRefusalCode, PaymentRefusalCode } from './model.ts';
import type { PaymentStatus, PaymentStep, ProviderAnswer } from './payment-states.ts';

/** What a payment is for: a reservation, or a charge of points. Rides will be paid for in the same way. */
export type PaymentPurpose = { readonly kind: 'reservation' | 'points'; readonly id: string };

export type PaymentMethod = 'points' | 'card';

export type Payment = {
  readonly id: string;
  readonly purpose: PaymentPurpose;
  readonly accountId: string;
  readonly method: PaymentMethod;
  readonly amount: number;
  readonly status: PaymentStatus;
  /** Of the last transition. */
  readonly reason: string | null;
  /** Where the buyer pays by card, once the provider has said so. */
  readonly checkoutUrl: string | null;
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
  /** True when it was there before: the reservation is paid, or its payment is on its way; nothing was taken now. */
  readonly repeated: boolean;
};

export type PaymentOutcome = Result<PaymentOutcomeValue, PaymentRefusalCode>;

/** Confirms reservations, takes the points and issues the tickets in one transaction. */
export type Checkout = {
  /** Requests of one batch name different purposes and different buyers. */
  pay(batch: readonly PaymentRequest[]): Promise<readonly PaymentOutcome[]>;
};

export type CardRequest = {
  readonly purpose: PaymentPurpose;
  readonly accountId: string;
  readonly paymentId: string;
  readonly provider: string | undefined;
  readonly returnUrl: string;
  readonly now: number;
  readonly trace?: string | undefined;
};

/** A payment by card with what only the provider and its own buyer are told. */
export type CardPayment = Payment & {
  readonly provider: string | null;
  readonly providerKey: string | null;
  readonly returnUrl: string | null;
  /** When it can be paid at the latest, as when the hold lapses that it pays for; null where nothing is left of that. */
  readonly payableUntil: number | null;
};

export type PaymentWithSteps = Payment & {
  readonly steps: readonly (PaymentStep & { readonly at: number })[];
};

/** How a payment stands, for those who look for what hangs. */
export type PaymentProgress = Pick<Payment, 'id' | 'method' | 'status' | 'reason'> & {
  /** Of the last transition; epoch ms. */
  readonly updatedAt: number;
  /** Questions to the provider in a row that led to nothing, and what went wrong with the last. */
  readonly attempts: number;
  readonly error: string | null;
  /** The provider refused the refund for good: it is not asked again by itself. */
  readonly isGivenUp: boolean;
};

export type PaymentReader = {
  /** Of a reservation, oldest first. */
  progress(reservationId: string): Promise<readonly PaymentProgress[]>;
  find(paymentId: string): Promise<PaymentWithSteps | undefined>;
  /** Newest first, with whose reservation it is; undefined where there is no such reservation. */
  ofReservation(
    reservationId: string,
  ): Promise<{ readonly accountId: string; readonly payments: readonly Payment[] } | undefined>;
};

export type BeginConfirmation = {
  readonly paymentId: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly amount: number;
  readonly providerKey: string;
  /** Who can be told now; a payment that waits for another provider is not begun. */
  readonly provider: string | undefined;
  readonly now: number;
  readonly leftMsMin: number;
  /** Nobody else asks the provider before that. */
  readonly followUpAt: number;
};

export type BeginOutcome = Result<
  { readonly payment: CardPayment; readonly begun: boolean },
  'payment_not_found' | 'card_unavailable' | ConfirmationRefusalCode
>;

export type Settled = {
  readonly payment: Payment;
  readonly performanceId: string | undefined;
  /** Undefined: the answer changed nothing. */
  readonly step: PaymentStep | undefined;
};

export type DuePayment = CardPayment & { readonly attempts: number; readonly followUpAt: number };

export type OpenOutcome = Result<
  Omit<PaymentOutcomeValue, 'payment'> & { readonly payment: CardPayment },
  HoldRefusalCode | 'card_unavailable'
>;

/** Payments by card as they are on record. Each method is one transaction; state, seats, tickets and events change in it together. */
export type CardPayments = {
  /** Opens a payment, or finds the one that is open or has paid. What is free succeeds without a provider. */
  open(request: CardRequest): Promise<OpenOutcome>;
  keepCheckout(paymentId: string, checkoutUrl: string): Promise<void>;
  /** `requested` → `unknown`, before the provider is told: whatever dies then, it is known whom to ask. */
  beginConfirmation(request: BeginConfirmation): Promise<BeginOutcome>;
  /** Makes of a provider's answer what the rules say; a repeated answer changes nothing. */
  settle(settlement: {
    readonly paymentId: string;
    readonly answer: ProviderAnswer;
    readonly now: number;
    readonly trace?: string | undefined;
  }): Promise<Settled | undefined>;
  /** A provider says that something happened: the payment is asked for soon. @returns whether there is such a one */
  noteCallback(callback: {
    readonly paymentId: string;
    readonly provider: string;
    readonly now: number;
  }): Promise<boolean>;
  /** Takes what is due, until `followUpAt`: no other process asks for it before. */
  claimDue(claim: {
    readonly now: number;
    readonly followUpAt: number;
    readonly limit: number;
  }): Promise<readonly DuePayment[]>;
  /**
   * Asks again at `at`, unless something happened since the claim of `followUpAt`. One that has failed is asked for
   * until the provider has answered once.
   */
  postpone(later: {
    readonly paymentId: string;
    readonly followUpAt: number;
    readonly at: number;
    readonly isAnswered: boolean;
    /** What went wrong, for people to see. */
    readonly error?: string | undefined;
  }): Promise<void>;
  /** What waits for others than this provider. */
  waitingForOthers(provider: string | undefined): Promise<readonly WaitingPayments[]>;
};

export type WaitingPayments = { readonly provider: string; readonly payments: number };

/** Port: refunds that the provider refuses for good, as dead letters of the consumer `refunds`. */
export type RefusedRefunds = {
  /** Nobody asks for it by itself any more, unless something happened since the claim of `followUpAt`. */
  park(refusal: { readonly payment: DuePayment; readonly failure: ParkedFailure }): Promise<void>;
};

export type ProviderOrder = {
  /** Our id is the order's id at the provider, and the key that makes a repeated call harmless. */
  readonly paymentId: string;
  readonly amount: number;
  /** Where the buyer comes back to. */
  readonly returnUrl: string;
  /** Our own origin, as the buyer sees it. */
  readonly origin: string;
  /** When what is paid for lapses; epoch ms. */
  readonly expiresAt: number | null;
};

export type ProviderCharge = {
  readonly paymentId: string;
  readonly providerKey: string | null;
  readonly amount: number;
};

/**
 * Who takes the money. Every call may be repeated, and may fail without saying whether it had an effect.
 * `signal` ends the waiting, not what was asked for.
 */
export type PaymentProvider = {
  readonly name: string;
  create(order: ProviderOrder, signal: AbortSignal): Promise<{ readonly checkoutUrl: string }>;
  /** Takes the money that the buyer has agreed to. */
  confirm(charge: ProviderCharge, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Gives all of it back to where it came from. */
  refund(
    charge: ProviderCharge & {
      readonly reason: string | null;
      /** Of a request that is made anew after a refusal, which the provider may keep by its key. */
      readonly attemptId?: string;
    },
    signal: AbortSignal,
  ): Promise<ProviderAnswer>;
  ask(charge: ProviderCharge, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Which payment a callback speaks of. It is a hint: nothing else of it is believed. */
  readCallback(body: unknown): string | undefined;
};
