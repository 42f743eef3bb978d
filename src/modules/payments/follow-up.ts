import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { Fault, isAway, isRetryable } from '../../kernel/faults.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import { backoffMs } from '../../platform/events/backoff.ts';
import { causeOf, describeError } from '../../platform/events/describe-error.ts';
import type { ProviderAnswer } from './payment-states.ts';
import type {
  CardPayments,
  DuePayment,
  PaymentProvider,
  RefusedRefunds,
  Settled,
  WaitingPayments,
} from './ports.ts';
import type { ProviderCalls } from './provider-calls.ts';

export type FollowUpDeps = {
  readonly cards: CardPayments;
  readonly refusedRefunds: RefusedRefunds;
  readonly provider: PaymentProvider | undefined;
  readonly confirmMsMin: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly onError: (error: unknown) => void;
  /** Hears of every transition that an answer led to. */
  readonly onSettled?: ((settled: Settled) => Promise<void> | void) | undefined;
  /** Hears at the start of payments of providers that are not configured. */
  readonly onWaiting?: ((waiting: WaitingPayments) => void) | undefined;
  readonly intervalMs?: number;
};

/** Asks for payments until it is known how they end, and gives back what is to be given back. */
export type FollowUp = {
  settle(settlement: {
    readonly paymentId: string;
    readonly answer: ProviderAnswer;
    readonly trace?: string | undefined;
  }): Promise<Settled | undefined>;
  /** Something may be due: looks now instead of at the next turn. */
  notify(): void;
  readonly lifecycle: Lifecycle;
};

/** How often it is looked for what is due; idle, that reads one page of an index. */
const INTERVAL_MS = 500;
/** Payments that are asked for at once. */
const CLAIMED_MAX = 16;
const BACKOFF = { baseMs: 2_000, maxMs: 60_000 };
/** Two questions for one payment are at least so far apart. */
export const QUESTION_INTERVAL_MS = 1_000;

/**
 * What is due stands in the database, so that any process goes on where another died. A claim keeps others off for
 * the time of one call.
 */
export function createFollowUp(deps: FollowUpDeps, calls: ProviderCalls): FollowUp {
  const { cards, clock } = deps;
  let running: Promise<void> | undefined;
  let isAgain = false;

  const settle: FollowUp['settle'] = async (settlement) => {
    const settled = await cards.settle({ ...settlement, now: clock.now() });
    if (settled?.step) await deps.onSettled?.(settled);
    if (settled?.step?.to === 'refunding') notify();
    return settled;
  };

  const look = async (): Promise<void> => {
    let claimed = CLAIMED_MAX;
    while (claimed === CLAIMED_MAX || isAgain) {
      isAgain = false;
      const now = clock.now();
      const due = await cards.claimDue({ now, followUpAt: now + calls.claimMs, limit: CLAIMED_MAX });
      claimed = due.length;
      await Promise.all(due.map((payment) => followOne({ ...deps, calls, settle }, payment)));
    }
  };
  /** One look at a time; who comes meanwhile makes it look once more. */
  const lookOnce = (): Promise<void> => {
    if (running) {
      isAgain = true;
      return running;
    }
    running = look().finally(() => {
      running = undefined;
    });
    return running;
  };

  let isStarted = false;
  function notify(): void {
    if (isStarted) lookOnce().catch(deps.onError);
  }
  let cancel: Cancel = () => {};
  return {
    settle,
    notify,
    lifecycle: createLifecycle('payments', {
      async start() {
        for (const waiting of await cards.waitingForOthers(deps.provider?.name)) deps.onWaiting?.(waiting);
        isStarted = true;
        cancel = every(clock, deps.intervalMs ?? INTERVAL_MS, lookOnce, deps.onError);
      },
      async stop() {
        isStarted = false;
        cancel();
        await running?.catch(() => undefined);
      },
    }),
  };
}

type Following = FollowUpDeps & { readonly calls: ProviderCalls; readonly settle: FollowUp['settle'] };

async function followOne(deps: Following, payment: DuePayment): Promise<void> {
  const { cards, clock, random } = deps;
  const { id: paymentId, followUpAt, attempts } = payment;
  let isAnswered = false;
  let problem: string | undefined;
  try {
    const isHere = deps.provider?.name === payment.provider;
    const answer = isHere ? await askFor(deps, payment) : withoutProvider(payment);
    const settled = answer && (await deps.settle({ paymentId, answer }));
    if (settled?.step) return;
    isAnswered = isHere && answer !== undefined;
    if (isAnswered) assertNotRefused(payment, answer);
  } catch (error) {
    problem = describeError(error);
    deps.onError(error);
    if (await isParked(deps, payment, error)) return;
  }
  const at = clock.now() + QUESTION_INTERVAL_MS + backoffMs(attempts, BACKOFF, random);
  await cards.postpone({ paymentId, followUpAt, at, isAnswered, error: problem }).catch(deps.onError);
}

/** A refusal may be a provider's mistake that it mends; after so many of a refund somebody has to look. */
const REFUSALS_MAX = 3;

/** A refund whose answer leads to nothing is refused. @throws Fault `refund_refused` */
export function assertNotRefused(
  { status }: Pick<DuePayment, 'status'>,
  answer: ProviderAnswer | undefined,
): void {
  if (status !== 'refunding' || answer === undefined) return;
  const why = answer.kind === 'refused' ? answer.reason : `it stays ${answer.kind}`;
  throw new Fault('refund_refused', `The provider does not give the money back: ${why}`);
}

/** Makes a dead letter of a refund that is refused for good, and not merely unanswered. */
async function isParked(deps: Following, payment: DuePayment, error: unknown): Promise<boolean> {
  const isFinal = payment.status === 'refunding' && !isAway(error) && !isRetryable(error);
  if (!isFinal || payment.attempts < REFUSALS_MAX) return false;
  const now = deps.clock.now();
  const said = { cause: causeOf(error), error: describeError(error), attempts: payment.attempts };
  const failure = { ...said, firstFailedAt: now, lastFailedAt: now };
  try {
    await deps.refusedRefunds.park({ payment, failure });
    return true;
  } catch (parking) {
    deps.onError(parking);
    return false;
  }
}

/**
 * Another provider than that of the configuration is asked once it is configured again. Until then what nobody was told
 * to pay for is not paid for here, so that it ends with its hold.
 */
function withoutProvider({ status }: DuePayment): ProviderAnswer | undefined {
  return status === 'requested' ? { kind: 'pending' } : undefined;
}

async function askFor(
  { provider, calls, clock, confirmMsMin }: Following,
  payment: DuePayment,
): Promise<ProviderAnswer | undefined> {
  if (!provider) return undefined;
  const charge = { paymentId: payment.id, providerKey: payment.providerKey, amount: payment.amount };
  if (payment.status === 'refunding') {
    return calls.call('refund', (signal) => provider.refund({ ...charge, reason: payment.reason }, signal));
  }
  const answer = await calls.call('ask', (signal) => provider.ask(charge, signal));
  const leftMs = (payment.payableUntil ?? 0) - clock.now();
  // Who was to tell it died before it did.
  const isUntold = payment.status === 'unknown' && answer.kind === 'authorized' && leftMs >= confirmMsMin;
  return isUntold ? calls.call('confirm', (signal) => provider.confirm(charge, signal)) : answer;
}
