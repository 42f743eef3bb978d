import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { DomainEvent } from '../../platform/events/event.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import type { IdempotentWrite } from '../../platform/http/idempotency.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type {
  ConcertBody,
  ConcertPatch,
  ConcertView,
  PerformanceBody,
  PerformancePatch,
  PerformanceView,
  VenueBody,
  VenueView,
} from './contract.ts';
import type { KnownSales } from './known-sales.ts';
import {
  type Concert,
  type Performance,
  type PerformanceChange,
  refuseChange,
  refuseTerms,
  type TermsCode,
  type Venue,
} from './model.ts';
import { checkStages } from './plan-check.ts';
import { compactPlan, hashPlan } from './plan-compact.ts';
import { expandPlan } from './plan-seats.ts';
import type { CatalogueReader, CatalogueStore, NewStage } from './ports.ts';
import { type Presenting, writeOf } from './presenting.ts';
import { concertView, performanceView, untouched, venueView } from './views.ts';

export type SellingDeps = {
  readonly store: CatalogueStore;
  readonly reader: CatalogueReader;
  readonly known: KnownSales;
  readonly presenting: Presenting;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of performances that do not say; default 5 minutes. */
  readonly holdTtlMs?: number;
};

/** A write of someone: who, and where its answer is to be kept. */
export type By<T> = { readonly principal: Principal; readonly write?: IdempotentWrite<T> | undefined };

/** What sellers do. Other sellers' things do not exist for them; managers may change all. */
export type Selling = {
  addVenue(body: VenueBody, by: By<VenueView>): Promise<Result<VenueView, 'seat_plan_invalid'>>;
  /** Newest first; one more than `limit` when there are more. */
  venues(page: IdPage, principal: Principal): Promise<readonly Venue[]>;
  addConcert(body: ConcertBody, by: By<ConcertView>): Promise<ConcertView>;
  changeConcert(
    id: string,
    change: ConcertPatch,
    by: By<ConcertView>,
  ): Promise<Result<ConcertView, 'concert_not_found'>>;
  addPerformance(
    concertId: string,
    body: PerformanceBody,
    by: By<PerformanceView>,
  ): Promise<Result<PerformanceView, 'concert_not_found' | 'stage_not_found' | TermsCode>>;
  changePerformance(
    id: string,
    patch: PerformancePatch,
    by: By<PerformanceView>,
  ): Promise<Result<PerformanceView, 'performance_not_found' | TermsCode>>;
};

const DEFAULTS = { limitPerPerson: 4, holdTtlMs: 300_000, roomEnabled: true, category: 'concert' };

export function createSelling(deps: SellingDeps): Selling {
  return {
    addVenue: (body, by) => addVenue(deps, body, by),
    venues(page, principal) {
      const ownerId = isManager(principal) ? undefined : principal.accountId;
      return deps.reader.venues({ ...page, limit: page.limit + 1, ownerId });
    },
    addConcert: (body, by) => addConcert(deps, body, by),
    changeConcert: (id, change, by) => changeConcert(deps, id, change, by),
    addPerformance: (concertId, body, by) => addPerformance(deps, concertId, body, by),
    changePerformance: (id, patch, by) => changePerformance(deps, id, patch, by),
  };
}

const isManager = (principal: Principal): boolean => principal.roles.has('manager');

function mayChange(principal: Principal, ownerId: string): boolean {
  return isManager(principal) || principal.accountId === ownerId;
}

async function addVenue(
  { store, clock, ids }: SellingDeps,
  body: VenueBody,
  { principal, write }: By<VenueView>,
): Promise<Result<VenueView, 'seat_plan_invalid'>> {
  const errors = checkStages(body.stages, '/body/stages');
  if (errors.length > 0) return refuse('seat_plan_invalid', undefined, { errors });
  const stages: NewStage[] = body.stages.map(({ name, plan: given }) => {
    const plan = compactPlan(given);
    const { capacity, gradeCounts: grades } = expandPlan(plan);
    return { stage: { id: ids.next(), name, planHash: hashPlan(plan), capacity, grades }, plan };
  });
  const venue: Venue = {
    id: ids.next(),
    ownerId: principal.accountId,
    name: body.name,
    address: body.address,
    createdAt: clock.now(),
    stages: stages.map(({ stage }) => stage),
  };
  await store.addVenue(venue, stages, { events: [], write: writeOf(write, venueView) });
  return ok(venueView(venue));
}

async function addConcert(
  { store, clock, ids, known }: SellingDeps,
  body: ConcertBody,
  { principal, write }: By<ConcertView>,
): Promise<ConcertView> {
  const now = clock.now();
  const concert: Concert = {
    id: ids.next(),
    sellerId: principal.accountId,
    title: body.title,
    artist: body.artist,
    description: body.description ?? '',
    category: body.category ?? DEFAULTS.category,
    createdAt: now,
    updatedAt: now,
  };
  const present = (one: Concert) => concertView(one, []);
  const events = [concertChanged(concert.id, 'created', now)];
  await store.addConcert(concert, { events, write: writeOf(write, present) });
  known.concertChanged(concert.id);
  return present(concert);
}

async function changeConcert(
  { store, clock, known, presenting }: SellingDeps,
  id: string,
  change: ConcertPatch,
  { principal, write }: By<ConcertView>,
): Promise<Result<ConcertView, 'concert_not_found'>> {
  const now = clock.now();
  const present = await presenting.prepareConcert(id);
  const decide = (current: Concert): Result<Concert, 'concert_not_found'> =>
    mayChange(principal, current.sellerId)
      ? ok({ ...current, ...change, updatedAt: now })
      : refuse('concert_not_found');
  const events = [concertChanged(id, 'updated', now)];
  const result = await store.changeConcert(id, decide, { events, write: writeOf(write, present) });
  if (!result?.ok) return result ?? refuse('concert_not_found');
  known.concertChanged(id);
  return ok(present(result.value));
}

async function addPerformance(
  { store, reader, clock, ids, known, holdTtlMs = DEFAULTS.holdTtlMs }: SellingDeps,
  concertId: string,
  body: PerformanceBody,
  { principal, write }: By<PerformanceView>,
): Promise<Result<PerformanceView, 'concert_not_found' | 'stage_not_found' | TermsCode>> {
  const concert = await reader.concert(concertId);
  if (!concert || !mayChange(principal, concert.sellerId)) return refuse('concert_not_found');
  const found = await reader.stage(body.stageId);
  if (!found || !mayChange(principal, found.ownerId)) return refuse('stage_not_found');
  const now = clock.now();
  const performance: Performance = {
    id: ids.next(),
    concertId,
    sellerId: concert.sellerId,
    venueName: found.venueName,
    stage: found.stage,
    startsAt: Date.parse(body.startsAt),
    opensAt: Date.parse(body.opensAt),
    closesAt: Date.parse(body.closesAt ?? body.startsAt),
    currency: 'KRW',
    prices: toPrices(body.prices),
    limitPerPerson: body.limitPerPerson ?? DEFAULTS.limitPerPerson,
    holdTtlMs: body.holdTtlMs ?? holdTtlMs,
    roomEnabled: body.roomEnabled ?? DEFAULTS.roomEnabled,
    createdAt: now,
    updatedAt: now,
  };
  const refusal = refuseTerms(performance);
  if (refusal) return refusal;
  const events = [performanceChanged(performance.id, concertId, 'created', now)];
  const present = (one: Performance) => performanceView(one, concert.title, untouched(one), now);
  await store.addPerformance(performance, { events, write: writeOf(write, present) });
  known.performanceChanged(performance.id, concertId);
  return ok(present(performance));
}

async function changePerformance(
  { store, reader, clock, known, presenting }: SellingDeps,
  id: string,
  patch: PerformancePatch,
  { principal, write }: By<PerformanceView>,
): Promise<Result<PerformanceView, 'performance_not_found' | TermsCode>> {
  const now = clock.now();
  const change = toChange(patch);
  const decide = (current: Performance): Result<Performance, 'performance_not_found' | TermsCode> => {
    if (!mayChange(principal, current.sellerId)) return refuse('performance_not_found');
    const next: Performance = { ...current, ...change, updatedAt: now };
    return refuseChange(current, next, now) ?? ok(next);
  };
  const concertId = (await reader.performance(id))?.concertId;
  if (concertId === undefined) return refuse('performance_not_found');
  const present = await presenting.preparePerformance(concertId, id);
  const events = [performanceChanged(id, concertId, 'updated', now)];
  const result = await store.changePerformance(id, decide, { events, write: writeOf(write, present) });
  if (!result?.ok) return result ?? refuse('performance_not_found');
  known.performanceChanged(id, concertId);
  return ok(present(result.value));
}

function toPrices(prices: PerformanceBody['prices']): Performance['prices'] {
  return Object.fromEntries(Object.entries(prices).map(([grade, { amount }]) => [grade, amount]));
}

function toChange({ startsAt, opensAt, closesAt, prices, ...rest }: PerformancePatch): PerformanceChange {
  return {
    ...rest,
    ...(startsAt === undefined ? {} : { startsAt: Date.parse(startsAt) }),
    ...(opensAt === undefined ? {} : { opensAt: Date.parse(opensAt) }),
    ...(closesAt === undefined ? {} : { closesAt: Date.parse(closesAt) }),
    ...(prices === undefined ? {} : { prices: toPrices(prices) }),
  };
}

type Change = 'created' | 'updated';

function concertChanged(concertId: string, change: Change, occurredAt: number): DomainEvent {
  return { type: 'concert.changed', version: 1, key: concertId, occurredAt, data: { concertId, change } };
}

function performanceChanged(
  performanceId: string,
  concertId: string,
  change: Change,
  occurredAt: number,
): DomainEvent {
  const data = { performanceId, concertId, change };
  return { type: 'performance.changed', version: 1, key: performanceId, occurredAt, data };
}
