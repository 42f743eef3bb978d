import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { SalesCatalogue } from '../catalogue/index.ts';
import type { PostponementAnswers, ReservationStore } from './ports.ts';
import { type Reservation, seatsOf } from './view.ts';

export type KeepDeps = {
  readonly answers: PostponementAnswers;
  readonly store: ReservationStore;
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
  readonly clock: Clock;
};

export type KeepCommand = {
  readonly reservationId: string;
  readonly accountId: string;
  readonly trace?: string | undefined;
  readonly key?: IdempotencyRef | undefined;
};

/** The buyer of a postponed performance keeps the tickets. Nothing hangs on it but what the seller is shown. */
export async function keep(
  { answers, store, catalogue, clock }: KeepDeps,
  { reservationId, accountId, trace, key }: KeepCommand,
): Promise<Result<Reservation, 'reservation_not_found' | 'not_postponed'>> {
  const record = await store.find(reservationId);
  if (record?.accountId !== accountId) return refuse('reservation_not_found');
  const terms = await catalogue.terms(record.performanceId);
  if (!terms?.isPostponed || terms.isCancelled) return refuse('not_postponed');
  const known = { seats: seatsOf(record, terms) };
  const saveTo = key && { ref: key, known };
  const { startsAt } = terms;
  const kept = await answers.keep({ reservationId, startsAt, now: clock.now(), trace, saveTo });
  return kept ? ok({ ...known, ...kept }) : refuse('not_postponed');
}
