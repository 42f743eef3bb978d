import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createMicroBatch, type MicroBatch } from '../../kernel/micro-batch.ts';
import type { Result } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { type DurableConsumer, durableConsumer } from '../../platform/events/event.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { SalesCatalogue } from '../catalogue/index.ts';
import { reservationEvents } from './contract.ts';
import { decideCancel } from './model.ts';
import type { Cancellations, CancelOutcome, CancelRequest, ReservationStore } from './ports.ts';
import { type Reservation, seatsOf } from './view.ts';
import { mayCancel } from './visibility.ts';

export type CancelDeps = {
  readonly cancellations: Cancellations;
  readonly store: ReservationStore;
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly clock: Clock;
  readonly ids: Ids;
};

export type CancelCommand = {
  readonly reservationId: string;
  readonly principal: Principal;
  /** `request-cancel`: accept it durably now, carry it out behind the answer. */
  readonly how: 'cancel' | 'request-cancel';
  readonly trace?: string | undefined;
  readonly key?: IdempotencyRef | undefined;
};

export type CancelCode = 'reservation_not_found' | 'reservation_ended' | 'cancellation_closed';
export type CancelAnswer = Result<Reservation, CancelCode>;
export type CancelBatch = MicroBatch<CancelRequest, CancelOutcome>;

const REQUESTED = reservationEvents['reservation.cancellation-requested'];

const BATCH_MAX = 100;
const QUEUED_MAX = 8_192;

export function createCancelBatch(deps: Pick<CancelDeps, 'cancellations' | 'clock'>): CancelBatch {
  return createMicroBatch<CancelRequest, CancelOutcome>({
    name: 'cancellations',
    run: (requests) => deps.cancellations.cancel(requests),
    maxBatch: BATCH_MAX,
    maxQueued: QUEUED_MAX,
    // The same reservation twice at once (a double click): the second meets what the first has done.
    conflictKeys: (request) => [request.reservationId],
    retry: { attempts: 3, delayMs: 10 },
    clock: deps.clock,
  });
}

/**
 * Cancels a hold or a purchase. Until the performance begins, and for managers too: afterwards the ticket
 * may have been used, and a refund is then no longer a matter of this rule. What is cancelled stays so:
 * asking again gives the same answer.
 */
export async function cancel(
  deps: CancelDeps,
  batch: CancelBatch,
  command: CancelCommand,
): Promise<CancelAnswer> {
  const record = await deps.store.find(command.reservationId);
  if (!record || !mayCancel(command.principal, record)) return { ok: false, code: 'reservation_not_found' };
  const terms = await deps.catalogue.terms(record.performanceId);
  const now = deps.clock.now();
  const begun = terms !== undefined && terms.startsAt <= now;
  if (begun && decideCancel(record, command.how, now).kind === 'change') {
    return { ok: false, code: 'cancellation_closed' };
  }
  const known = { seats: seatsOf(record, terms) };
  const outcome = await batch.submit({
    reservationId: record.id,
    requestedBy: command.principal.accountId,
    transferId: deps.ids.next(),
    how: command.how,
    trace: command.trace,
    saveTo: command.key && { ref: command.key, known },
  });
  return outcome.ok ? { ok: true, value: { ...known, ...outcome.value } } : outcome;
}

/**
 * Carries out the cancellations that were accepted with 202. The log gives a request out until its effect is
 * committed together with this consumer's place in the log, so that a crash in between only delays it.
 */
export function createCancellationConsumer(deps: Pick<CancelDeps, 'cancellations' | 'ids'>): DurableConsumer {
  return durableConsumer({
    name: 'reservations.cancellations',
    types: [REQUESTED],
    apply: (events, transaction) =>
      deps.cancellations.carryOut(
        events.map((event) => ({
          reservationId: event.data.reservationId,
          transferId: deps.ids.next(),
          trace: event.trace,
        })),
        transaction,
      ),
  });
}
