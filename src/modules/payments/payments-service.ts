import type { Clock } from '../../kernel/clock.ts';
import { ElsewhereFault } from '../../kernel/faults.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createMicroBatch, type MicroBatchObservation } from '../../kernel/micro-batch.ts';
import type { Result } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { Checkout, PaymentOutcome, PaymentOutcomeValue, PaymentRequest } from './ports.ts';

export type PaymentsServiceDeps = {
  readonly checkout: Checkout;
  /** Ends the buyer's admission once the booking is done; the waiting room offers it. */
  readonly spendPass: (who: { accountId: string; performanceId: string }) => Promise<void>;
  /** A spend that failed is made up by the room's own consumer of payment.succeeded. */
  readonly onSpendFailed: (error: unknown) => void;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly maxQueued?: number;
  readonly observe?: (observation: MicroBatchObservation) => void;
  /** Hears how each payment ended: `paid`, `repeated`, or the code of the refusal. */
  readonly onDecided?: (outcome: string) => void;
};

export type PayCommand = {
  readonly reservationId: string;
  readonly accountId: string;
  readonly trace?: string | undefined;
  readonly key?: IdempotencyRef | undefined;
};

export type PaymentsService = {
  /** Pays a held reservation with points and confirms it; paying again gives the first payment. */
  payWithPoints(command: PayCommand): Promise<PaymentOutcome>;
};

const BATCH_MAX = 200;
const QUEUED_MAX = 16_384;

export function createPaymentsService(deps: PaymentsServiceDeps): PaymentsService {
  const batch = createMicroBatch<PaymentRequest, PaymentOutcome>({
    name: 'payments',
    run: (requests) => deps.checkout.pay(requests),
    maxBatch: BATCH_MAX,
    maxQueued: deps.maxQueued ?? QUEUED_MAX,
    // One decision at a time for each purpose and each purse: a double click is decided in order.
    conflictKeys: (request) => [request.purpose.id, request.accountId],
    retry: { attempts: 3, delayMs: 10 },
    clock: deps.clock,
    ...(deps.observe ? { observe: deps.observe } : {}),
  });
  return {
    async payWithPoints(command) {
      const outcome = await batch.submit(toRequest(deps, command));
      deps.onDecided?.(describe(outcome));
      if (outcome.ok && !outcome.value.repeated) {
        await endAdmission(deps, command.accountId, outcome.value.performanceId);
      }
      return outcome;
    },
  };
}

/** How a request to pay ended, for metrics. */
export function describe(outcome: Result<PaymentOutcomeValue>): string {
  if (!outcome.ok) return outcome.code;
  if (outcome.value.repeated) return 'repeated';
  return outcome.value.payment.status === 'succeeded' ? 'paid' : outcome.value.payment.status;
}

function toRequest(deps: PaymentsServiceDeps, command: PayCommand): PaymentRequest {
  return {
    purpose: { kind: 'reservation', id: command.reservationId },
    accountId: command.accountId,
    paymentId: deps.ids.next(),
    transferId: deps.ids.next(),
    now: deps.clock.now(),
    saveTo: command.key && { ref: command.key },
    ...(command.trace === undefined ? {} : { trace: command.trace }),
  };
}

export async function endAdmission(
  deps: Pick<PaymentsServiceDeps, 'spendPass' | 'onSpendFailed'>,
  accountId: string,
  performanceId: string,
): Promise<void> {
  try {
    await deps.spendPass({ accountId, performanceId });
  } catch (error) {
    // The process that keeps the room hears of the payment by the log.
    if (!(error instanceof ElsewhereFault)) deps.onSpendFailed(error);
  }
}
