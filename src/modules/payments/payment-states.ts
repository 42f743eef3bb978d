import { defineTransitions } from '../../kernel/transitions.ts';

/**
 * The life of a payment. `unknown`: the provider was told to take the money, and it is not known yet whether it did.
 * A payment is in each state once at most. Points go to `succeeded` at once.
 */
export const paymentTransitions = defineTransitions({
  initial: 'requested',
  final: ['succeeded', 'failed', 'refunded'],
  edges: {
    requested: { succeed: 'succeeded', fail: 'failed', confirm: 'unknown', refund: 'refunding' },
    unknown: { succeed: 'succeeded', fail: 'failed', refund: 'refunding' },
    // The money came after all.
    failed: { refund: 'refunding' },
    // Points, and what was free, are back in one step.
    succeeded: { refund: 'refunding', 'refund-at-once': 'refunded' },
    refunding: { 'end-refund': 'refunded' },
  },
});

export type PaymentStatus = (typeof paymentTransitions.states)[number];
type PaymentEvent = (typeof paymentTransitions.events)[number];

/** Whether nobody can say yet how it ends. There is one such payment for a purpose at most. */
function isOpen(status: PaymentStatus): boolean {
  return status === 'requested' || status === 'unknown';
}

/** How what is paid for stands, under lock: `payable` is a living, whole hold, or a charge of points that has time. */
export type Hold = 'payable' | 'lapsed' | 'ended' | 'paid' | 'timed-out';

export type HoldSituation = {
  readonly status: 'held' | 'confirmed' | 'cancelling' | 'cancelled' | 'expired';
  /** Epoch ms. */
  readonly expiresAt: number;
  readonly seatCount: number;
  /** Its performance was cancelled: nothing of it is sold any more. */
  readonly isCalledOff?: boolean;
  /** Seats that it still holds under its epoch; fewer when another took over a lapsed one. */
  readonly seatsStillHeld: number;
};

/** @param now epoch ms */
export function holdAt(situation: HoldSituation | undefined, now: number): Hold {
  if (!situation) return 'ended';
  if (situation.status === 'confirmed') return 'paid';
  if (situation.status === 'expired') return 'lapsed';
  if (situation.status !== 'held' || situation.isCalledOff) return 'ended';
  const isWhole = situation.seatsStillHeld === situation.seatCount;
  return isWhole && situation.expiresAt > now ? 'payable' : 'lapsed';
}

/**
 * How a charge of points stands: nothing is kept for it that could lapse, so that money that the provider was told to
 * take in time buys points whenever it comes.
 * @param now epoch ms
 */
export function purchaseAt(
  { status, payableUntil }: { readonly status: PaymentStatus; readonly payableUntil: number | null },
  now: number,
): Hold {
  return status === 'unknown' || (payableUntil ?? 0) > now ? 'payable' : 'timed-out';
}

/** What a provider says of a payment, asked by our own id of it. */
export type ProviderAnswer =
  | { readonly kind: 'charged'; readonly amount: number; readonly currency: string }
  /** Final: it is not charged, and will not be. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The buyer has agreed; it is charged once we confirm. */
  | { readonly kind: 'authorized' }
  /** Not charged yet. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'refunded' };

/** A transition that is decided, with its reason. */
export type PaymentStep = { readonly to: PaymentStatus; readonly reason: string };

/** `isAskedAgain`: the provider has not said its last word, and money may have come since. */
export type SettlementStep = PaymentStep & { readonly isAskedAgain?: boolean };

type Standing = { readonly status: PaymentStatus; readonly amount: number; readonly reason: string | null };

const REFUND_REASON = {
  lapsed: 'hold_expired',
  ended: 'reservation_ended',
  paid: 'paid_already',
  'timed-out': 'not_paid_in_time',
} as const;

/**
 * What a provider's answer makes of a payment. Seats are sold, or points credited, for a charge of exactly the amount;
 * any other charge goes back. A repeated answer leads to nothing.
 * @returns undefined where nothing changes
 */
export function decideSettlement(
  payment: Standing,
  hold: Hold,
  answer: ProviderAnswer,
): SettlementStep | undefined {
  if (answer.kind === 'charged') return afterCharge(payment, hold, answer);
  if (answer.kind === 'refused') return step(payment, 'fail', answer.reason);
  if (answer.kind === 'refunded') {
    if (isOpen(payment.status)) return step(payment, 'fail', 'refunded_by_provider');
    return step(payment, 'end-refund', payment.reason ?? 'refunded');
  }
  // Nothing was taken. One whose confirmation is under way is asked for until the provider knows.
  if (payment.status !== 'requested' || hold === 'payable') return undefined;
  const failed = step(payment, 'fail', REFUND_REASON[hold]);
  return failed && { ...failed, isAskedAgain: true };
}

function afterCharge(
  payment: Standing,
  hold: Hold,
  { amount, currency }: Extract<ProviderAnswer, { kind: 'charged' }>,
): PaymentStep | undefined {
  if (payment.status === 'failed') return step(payment, 'refund', payment.reason ?? 'failed');
  if (!isOpen(payment.status)) return undefined;
  if (amount !== payment.amount || currency !== 'KRW') return step(payment, 'refund', 'amount_mismatch');
  if (hold !== 'payable') return step(payment, 'refund', REFUND_REASON[hold]);
  return step(payment, 'succeed', 'paid');
}

function step({ status }: Standing, event: PaymentEvent, reason: string): PaymentStep | undefined {
  const to = paymentTransitions.next(status, event);
  return to === undefined ? undefined : { to, reason };
}
