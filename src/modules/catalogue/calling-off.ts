import type { Clock } from '../../kernel/clock.ts';
import { krw } from '../../kernel/money.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import type { DomainEvent } from '../../platform/events/event.ts';
import { refuseIfChanged } from '../../platform/http/conditional.ts';
import { type Editor, mayChange } from './actor.ts';
import type { CancellationView, PostponementView } from './calling-off-contract.ts';
import { performanceCancelled, performanceChanged, performancePostponed } from './changes.ts';
import type { Edits } from './edits.ts';
import type { KnownSales } from './known-sales.ts';
import type { Performance } from './model.ts';
import type { CatalogueReader, CatalogueStore, Written } from './ports.ts';

/** So many of the refunds that failed are named. */
export const FAILURES_MAX = 50;

type CalledOffCode = 'performance_not_found' | 'performance_begun' | 'changed_meanwhile';

export type CallingOffDeps = {
  readonly store: Pick<CatalogueStore, 'changePerformance'>;
  readonly reader: Pick<CatalogueReader, 'performance' | 'cancellationProgress' | 'postponementProgress'>;
  readonly known: Pick<KnownSales, 'performanceChanged'>;
  readonly clock: Clock;
  readonly edits: Edits;
};

/**
 * A performance that does not take place, or another time. What is sold of it stands with the reservations, which hear of
 * it by its events and by what is on record.
 */
export type CallingOff = {
  /** Ends its sale for good. Asking again changes nothing, whatever the reason. */
  cancelPerformance(id: string, reason: string, by: Editor): Promise<Result<CancellationView, CalledOffCode>>;
  /** Moves it to a later start. Asking for the start that it has by now changes nothing. */
  postponePerformance(
    id: string,
    startsAt: number,
    by: Editor,
  ): Promise<Result<PostponementView, CalledOffCode | 'performance_cancelled' | 'postponement_invalid'>>;
  cancellation(
    id: string,
    principal: Principal,
  ): Promise<Result<CancellationView, 'performance_not_found' | 'cancellation_not_found'>>;
  postponement(
    id: string,
    principal: Principal,
  ): Promise<Result<PostponementView, 'performance_not_found' | 'postponement_not_found'>>;
};

export function createCallingOff(deps: CallingOffDeps): CallingOff {
  const { reader } = deps;
  return {
    cancelPerformance: (id, reason, by) => cancelPerformance(deps, id, reason, by),
    postponePerformance: (id, startsAt, by) => postponePerformance(deps, id, startsAt, by),
    async cancellation(id, principal) {
      const performance = await findOwn(reader, id, principal);
      if (!performance) return refuse('performance_not_found');
      if (performance.cancelledAt === null) return refuse('cancellation_not_found');
      return ok(await cancellationOf(reader, performance));
    },
    async postponement(id, principal) {
      const performance = await findOwn(reader, id, principal);
      if (!performance) return refuse('performance_not_found');
      if (performance.postponedFrom === null) return refuse('postponement_not_found');
      return ok(await postponementOf(reader, performance));
    },
  };
}

/** One that this person may change. */
async function findOwn(
  reader: Pick<CatalogueReader, 'performance'>,
  id: string,
  principal: Principal,
): Promise<Performance | undefined> {
  const found = await reader.performance(id);
  return found && mayChange(principal, found.sellerId) ? found : undefined;
}

/** Repeating a change gives the answer of the time of the repetition, so that no result is kept. */
async function save(
  { store, known }: CallingOffDeps,
  performance: Performance,
  event: DomainEvent,
): Promise<Written> {
  const { id, concertId, updatedAt } = performance;
  const events = [event, performanceChanged(id, concertId, 'updated', updatedAt)];
  const written = await store.changePerformance(
    { performance, unlessTaken: false },
    { events, saveTo: undefined },
  );
  if (written !== 'conflict') known.performanceChanged(id, concertId);
  return written;
}

/** A sale that is over opened before it closed. */
const SALE_MS_MIN = 1_000;

function cancelPerformance(
  deps: CallingOffDeps,
  id: string,
  reason: string,
  { principal, seen }: Editor,
): ReturnType<CallingOff['cancelPerformance']> {
  const { reader, clock, edits } = deps;
  return edits.run<Awaited<ReturnType<CallingOff['cancelPerformance']>>>(id, async () => {
    const current = await findOwn(reader, id, principal);
    if (!current) return refuse('performance_not_found');
    if (current.cancelledAt !== null) return ok(await cancellationOf(reader, current));
    const now = clock.now();
    const refusal = refuseIfChanged(seen, current.version);
    if (refusal) return refusal;
    if (current.startsAt <= now) return refuse('performance_begun');
    const performance: Performance = {
      ...current,
      opensAt: Math.min(current.opensAt, now - SALE_MS_MIN),
      closesAt: Math.min(current.closesAt, now),
      cancelledAt: now,
      cancelReason: reason,
      updatedAt: now,
      version: current.version + 1,
    };
    const event = performanceCancelled({ ...performance, reason, by: principal.accountId }, now);
    if ((await save(deps, performance, event)) === 'conflict') return 'conflict';
    return ok(await cancellationOf(reader, performance));
  });
}

function postponePerformance(
  deps: CallingOffDeps,
  id: string,
  startsAt: number,
  { principal, seen }: Editor,
): ReturnType<CallingOff['postponePerformance']> {
  const { reader, clock, edits } = deps;
  return edits.run<Awaited<ReturnType<CallingOff['postponePerformance']>>>(id, async () => {
    const current = await findOwn(reader, id, principal);
    if (!current) return refuse('performance_not_found');
    if (current.cancelledAt !== null) return refuse('performance_cancelled');
    if (current.postponedFrom !== null && current.startsAt === startsAt)
      return ok(await postponementOf(reader, current));
    const now = clock.now();
    const refusal = refuseIfChanged(seen, current.version);
    if (refusal) return refusal;
    if (current.startsAt <= now) return refuse('performance_begun');
    if (startsAt <= current.startsAt) return refuse('postponement_invalid');
    const performance: Performance = {
      ...current,
      startsAt,
      // A sale that went on until the start still does.
      closesAt: current.closesAt === current.startsAt ? startsAt : current.closesAt,
      postponedAt: now,
      postponedFrom: current.startsAt,
      updatedAt: now,
      version: current.version + 1,
    };
    const about = { ...performance, postponedFrom: current.startsAt, by: principal.accountId };
    if ((await save(deps, performance, performancePostponed(about, now))) === 'conflict') return 'conflict';
    return ok(await postponementOf(reader, performance));
  });
}

async function cancellationOf(
  reader: Pick<CatalogueReader, 'cancellationProgress'>,
  { id, cancelledAt, cancelReason }: Performance,
): Promise<CancellationView> {
  const { isAllCancelled, failures, ...counts } = await reader.cancellationProgress(id);
  const { waiting, refunding, failed, done } = counts;
  return {
    performanceId: id,
    reason: cancelReason ?? '',
    cancelledAt: new Date(cancelledAt ?? 0).toISOString(),
    state: isAllCancelled && refunding + failed === 0 ? 'done' : 'running',
    total: waiting + refunding + failed + done,
    ...counts,
    failures: failures.map((failure) => ({ ...failure, amount: krw(failure.amount) })),
  };
}

async function postponementOf(
  reader: Pick<CatalogueReader, 'postponementProgress'>,
  { id, startsAt, postponedFrom }: Performance,
): Promise<PostponementView> {
  const counts = await reader.postponementProgress(id);
  const start = new Date(startsAt).toISOString();
  return {
    performanceId: id,
    startsAt: start,
    postponedFrom: new Date(postponedFrom ?? startsAt).toISOString(),
    answerUntil: start,
    total: counts.kept + counts.handedBack + counts.unanswered,
    ...counts,
  };
}
