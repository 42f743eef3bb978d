import type { Result } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { type DurableConsumer, eventGuard } from '../../platform/events/event.ts';
import type { EventFeed } from '../../platform/events/feed.ts';
import type { EventMarks, EventStore } from '../../platform/events/ports.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import { catalogueEvents, type SalesCatalogue, type SalesTerms } from '../catalogue/index.ts';
import type { PaymentReader } from '../payments/index.ts';
import { type HistoryEntry, reservationEvents, type SagaStepView } from './contract.ts';
import { CHANGE_EVENTS, HISTORY_EVENTS, type ReservationChange, tellHistory } from './history.ts';
import type { ReservationRecord } from './model.ts';
import type { ReservationFilter, ReservationStore } from './ports.ts';
import { tellSaga } from './saga-view.ts';
import { type Reservation, withSeats } from './view.ts';
import { maySee, sells } from './visibility.ts';

export type ReservationsServiceDeps = {
  readonly store: ReservationStore;
  readonly events: Pick<EventStore, 'history'> & EventMarks;
  readonly payments: Pick<PaymentReader, 'progress'>;
  readonly log: Pick<EventFeed, 'consumers'>;
  /** All that are durable, whatever module they are of. */
  readonly consumers: () => readonly DurableConsumer[];
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
};

export type ListQuery = IdPage & {
  readonly performanceId?: string | undefined;
  readonly scope?: 'own' | 'all' | undefined;
};

type NotFound = 'reservation_not_found';

const isChange = eventGuard(CHANGE_EVENTS);
const isHistory = eventGuard(HISTORY_EVENTS);

export type ReservationsService = {
  /** What others than those who may see it are told does not exist. */
  find(id: string, principal: Principal): Promise<Result<ReservationRecord, NotFound>>;
  get(id: string, principal: Principal): Promise<Result<Reservation, NotFound>>;
  /** Newest first; one more than `limit` when there are more. */
  list(
    query: ListQuery,
    principal: Principal,
  ): Promise<Result<readonly Reservation[], 'performance_not_found'>>;
  history(id: string, principal: Principal): Promise<Result<readonly HistoryEntry[], NotFound>>;
  saga(id: string, principal: Principal): Promise<Result<readonly SagaStepView[], NotFound>>;
  /** What happened to it after its beginning, for streams. */
  changes(id: string): Promise<readonly ReservationChange[]>;
};

export function createReservationsService(deps: ReservationsServiceDeps): ReservationsService {
  const changes = async (id: string) => (await deps.events.history(id)).filter(isChange);

  const find = async (id: string, principal: Principal): Promise<Result<Found, NotFound>> => {
    const record = await deps.store.find(id);
    const terms = record && (await deps.catalogue.terms(record.performanceId));
    if (!record || !maySee(principal, record, terms)) return { ok: false, code: 'reservation_not_found' };
    return { ok: true, value: { record, terms } };
  };

  return {
    async find(id, principal) {
      const found = await find(id, principal);
      return found.ok ? { ok: true, value: found.value.record } : found;
    },
    async get(id, principal) {
      const found = await find(id, principal);
      return found.ok ? { ok: true, value: withSeats(found.value.record, found.value.terms) } : found;
    },
    list: (query, principal) => list(deps, query, principal),
    async history(id, principal) {
      const found = await find(id, principal);
      if (!found.ok) return found;
      const events = (await deps.events.history(id)).filter(isHistory);
      return { ok: true, value: tellHistory(found.value.record, events) };
    },
    async saga(id, principal) {
      const found = await find(id, principal);
      return found.ok ? { ok: true, value: await readSaga(deps, found.value, principal) } : found;
    },
    changes,
  };
}

type Found = { readonly record: ReservationRecord; readonly terms: SalesTerms | undefined };

const isOfPerformance = eventGuard([
  catalogueEvents['performance.cancelled'],
  catalogueEvents['performance.postponed'],
]);

const isEnd = eventGuard([
  reservationEvents['reservation.cancelled'],
  reservationEvents['reservation.expired'],
]);

async function readSaga(
  { events, payments, log, consumers }: ReservationsServiceDeps,
  { record, terms }: Found,
  principal: Principal,
): Promise<readonly SagaStepView[]> {
  const { id, performanceId, createdAt } = record;
  const [own, performances, progress, marks, statuses] = await Promise.all([
    events.history(id),
    events.history(performanceId),
    payments.progress(id),
    events.marks(performanceId),
    log.consumers(),
  ]);
  const end = own.filter(isEnd).at(-1)?.position ?? Number.POSITIVE_INFINITY;
  const calledOff = performances
    .filter(isOfPerformance)
    .filter(({ occurredAt, position }) => occurredAt >= createdAt && position < end);
  const paymentIds = progress.map((payment) => payment.id);
  const letters = await events.deadLetters({
    partitionKeys: [performanceId, ...paymentIds],
    subjects: [id, performanceId, ...paymentIds],
  });
  const heard = new Set(calledOff.map(({ position }) => position));
  const steps = tellSaga({
    record,
    // Of what is told of its performance, that alone which concerns it.
    deadLetters: letters.filter(
      ({ subject, position }) => subject !== performanceId || (position !== null && heard.has(position)),
    ),
    events: [...own, ...calledOff].toSorted((a, b) => a.position - b.position),
    payments: progress,
    consumers: consumers().map(({ name, types }) => ({
      name,
      types: new Set(types.map(({ type }) => type)),
    })),
    marks,
    statuses,
  });
  if (principal.roles.has('manager') || sells(principal, terms)) return steps;
  // What went wrong inside is not the buyer's to read.
  return steps.map(({ error: _error, cause: _cause, ...step }) => step);
}

async function list(
  deps: ReservationsServiceDeps,
  query: ListQuery,
  principal: Principal,
): ReturnType<ReservationsService['list']> {
  const filter = await filterFor(deps, query, principal);
  if (!filter) return { ok: false, code: 'performance_not_found' };
  const records = await deps.store.list(filter, { limit: query.limit, before: query.before });
  const named = records.map(async (record) =>
    withSeats(record, await deps.catalogue.terms(record.performanceId)),
  );
  return { ok: true, value: await Promise.all(named) };
}

/**
 * Who may see whose: managers everybody's, a seller those of their performance that is named, or of all of
 * theirs when they ask for `all`.
 */
async function filterFor(
  deps: ReservationsServiceDeps,
  query: ListQuery,
  principal: Principal,
): Promise<ReservationFilter | undefined> {
  const { performanceId } = query;
  const terms = performanceId === undefined ? undefined : await deps.catalogue.terms(performanceId);
  if (performanceId !== undefined && !terms) return undefined;
  const ofPerformance = performanceId === undefined ? {} : { performanceId };
  const seesAll = principal.roles.has('manager') || sells(principal, terms);
  if (seesAll && query.scope !== 'own') return ofPerformance;
  const isOfSeller = performanceId === undefined && query.scope === 'all' && principal.roles.has('seller');
  if (isOfSeller) return { sellerId: principal.accountId };
  return { ...ofPerformance, accountId: principal.accountId };
}
