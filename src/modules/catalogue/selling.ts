import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { type Ok, ok, type Result, refuse } from '../../kernel/result.ts';
import { refuseIfChanged } from '../../platform/http/conditional.ts';
import { type Actor, type Editor, mayChange } from './actor.ts';
import { concertChanged, performanceChanged } from './changes.ts';
import type { ConcertBody, ConcertPatch, PerformanceBody, PerformancePatch } from './contract.ts';
import type { KnownSales } from './known-sales.ts';
import {
  type Concert,
  type Performance,
  type PerformanceChange,
  refuseChange,
  refuseTerms,
  type Sales,
  type TermsCode,
} from './model.ts';
import type { CatalogueReader, CatalogueStore, StageOwner } from './ports.ts';
import type { Presenting } from './presenting.ts';
import { publicationAfter, publicFrom } from './publication.ts';
import type { ConcertResult, PerformanceResult } from './results.ts';
import { createVenueKeeping, type VenueDeps, type VenueKeeping } from './venues.ts';

export type SellingDeps = {
  readonly store: CatalogueStore;
  readonly reader: CatalogueReader;
  readonly known: KnownSales;
  readonly presenting: Presenting;
  readonly seats: VenueDeps['seats'];
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of performances that do not say; default 5 minutes. */
  readonly holdTtlMs?: number;
};

/** What sellers do. Other sellers' things do not exist for them; managers may change all. */
export type Selling = VenueKeeping & {
  addConcert(body: ConcertBody, by: Actor): Promise<Ok<ConcertResult>>;
  changeConcert(
    id: string,
    change: ConcertPatch,
    by: Editor,
  ): Promise<Result<ConcertResult, 'concert_not_found' | 'changed_meanwhile'>>;
  addPerformance(
    concertId: string,
    body: PerformanceBody,
    by: Actor,
  ): Promise<Result<PerformanceResult, 'concert_not_found' | 'stage_not_found' | TermsCode>>;
  changePerformance(
    id: string,
    patch: PerformancePatch,
    by: Editor,
  ): Promise<Result<PerformanceResult, 'performance_not_found' | 'changed_meanwhile' | TermsCode>>;
  /** One of which nothing was ever sold. */
  removePerformance(id: string, by: Actor): Promise<Result<void, RemovalCode>>;
};

type RemovalCode = 'performance_not_found' | 'already_sold';

const DEFAULTS = { limitPerPerson: 4, holdTtlMs: 300_000, roomEnabled: true, category: 'concert' };

export function createSelling(deps: SellingDeps): Selling {
  return {
    ...createVenueKeeping(deps),
    addConcert: (body, by) => addConcert(deps, body, by),
    changeConcert: (id, change, by) => changeConcert(deps, id, change, by),
    addPerformance: (concertId, body, by) => addPerformance(deps, concertId, body, by),
    changePerformance: (id, patch, by) => changePerformance(deps, id, patch, by),
    removePerformance: (id, by) => removePerformance(deps, id, by),
  };
}

async function addConcert(
  { store, clock, ids, known }: SellingDeps,
  body: ConcertBody,
  { principal, key }: Actor,
): Promise<Ok<ConcertResult>> {
  const now = clock.now();
  const concert: Concert = {
    id: ids.next(),
    sellerId: principal.accountId,
    title: body.title,
    titleEn: body.titleEn ?? null,
    artist: body.artist,
    artistEn: body.artistEn ?? null,
    description: body.description ?? '',
    descriptionEn: body.descriptionEn ?? null,
    category: body.category ?? DEFAULTS.category,
    ...publicationAfter({ visibility: 'published', publishAt: null }, body),
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const besides = { performances: [], at: now };
  const events = [concertChanged(concert.id, 'created', now)];
  await store.addConcert(concert, { events, saveTo: key && { ref: key, known: besides } });
  known.concertChanged(concert.id);
  return ok({ ...besides, concert });
}

async function changeConcert(
  { store, clock, known, presenting }: SellingDeps,
  id: string,
  patch: ConcertPatch,
  { principal, key, seen }: Editor,
): Promise<Result<ConcertResult, 'concert_not_found' | 'changed_meanwhile'>> {
  const now = clock.now();
  const besides = await presenting.besidesConcert(id);
  const decide = (current: Concert): Result<Concert, 'concert_not_found' | 'changed_meanwhile'> => {
    if (!mayChange(principal, current.sellerId)) return refuse('concert_not_found');
    const refusal = refuseIfChanged(seen, current.version);
    if (refusal) return refusal;
    const next = { ...current, ...patch, ...publicationAfter(current, patch) };
    return ok({ ...next, updatedAt: now, version: current.version + 1 });
  };
  // Its performances are as public as it is, and bear its name.
  const eventsOf = (performanceIds: readonly string[]) => [
    concertChanged(id, 'updated', now),
    ...performanceIds.map((performanceId) => performanceChanged(performanceId, id, 'updated', now)),
  ];
  const result = await store.changeConcert(id, decide, {
    eventsOf,
    saveTo: key && { ref: key, known: besides },
  });
  if (!result?.ok) return result ?? refuse('concert_not_found');
  known.concertChanged(id);
  for (const performanceId of result.value.performanceIds) known.performanceChanged(performanceId, id);
  return ok({ ...besides, concert: result.value.concert });
}

/** A stage that changes under a performance that is being made shows it its new self. */
const STAGE_READS_MAX = 5;

async function addPerformance(
  deps: SellingDeps,
  concertId: string,
  body: PerformanceBody,
  { principal, key }: Actor,
): Promise<Result<PerformanceResult, 'concert_not_found' | 'stage_not_found' | TermsCode>> {
  const { store, reader, clock, known } = deps;
  const concert = await reader.concert(concertId);
  if (!concert || !mayChange(principal, concert.sellerId)) return refuse('concert_not_found');
  for (let read = 0; read < STAGE_READS_MAX; read++) {
    const found = await reader.stage(body.stageId);
    if (!found || !mayChange(principal, found.ownerId)) return refuse('stage_not_found');
    const now = clock.now();
    const performance = toPerformance(deps, { concert, found, body, now });
    const refusal = refuseTerms(performance);
    if (refusal) return refusal;
    const events = [performanceChanged(performance.id, concertId, 'created', now)];
    const { title, titleEn } = concert;
    const besides = { title, titleEn, seats: null, at: now };
    const saveTo = key && { ref: key, known: besides };
    if (!(await store.addPerformance(performance, { events, saveTo }))) continue;
    known.performanceChanged(performance.id, concertId);
    return ok({ ...besides, performance });
  }
  throw new Error(`stage ${body.stageId} changes faster than it can be read`);
}

type NewPerformance = {
  readonly concert: Concert;
  readonly found: StageOwner;
  readonly body: PerformanceBody;
  readonly now: number;
};

function toPerformance(
  { ids, holdTtlMs = DEFAULTS.holdTtlMs }: SellingDeps,
  { concert, found, body, now }: NewPerformance,
): Performance {
  return {
    id: ids.next(),
    concertId: concert.id,
    sellerId: concert.sellerId,
    publicFrom: publicFrom(concert),
    venueName: found.venueName,
    venueNameEn: found.venueNameEn,
    timeZone: found.timeZone,
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
    version: 1,
  };
}

async function changePerformance(
  { store, reader, clock, known, presenting }: SellingDeps,
  id: string,
  patch: PerformancePatch,
  { principal, key, seen }: Editor,
): Promise<Result<PerformanceResult, 'performance_not_found' | 'changed_meanwhile' | TermsCode>> {
  const now = clock.now();
  const change = toChange(patch);
  const decide = (
    current: Performance,
    sales: Sales,
  ): Result<Performance, 'performance_not_found' | 'changed_meanwhile' | TermsCode> => {
    if (!mayChange(principal, current.sellerId)) return refuse('performance_not_found');
    const next: Performance = { ...current, ...change, updatedAt: now, version: current.version + 1 };
    return refuseIfChanged(seen, current.version) ?? refuseChange(current, next, sales, now) ?? ok(next);
  };
  const concertId = (await reader.performance(id))?.concertId;
  if (concertId === undefined) return refuse('performance_not_found');
  const besides = await presenting.besidesPerformance(concertId, id);
  const events = [performanceChanged(id, concertId, 'updated', now)];
  const result = await store.changePerformance(id, decide, {
    events,
    saveTo: key && { ref: key, known: besides },
  });
  if (!result?.ok) return result ?? refuse('performance_not_found');
  known.performanceChanged(id, concertId);
  return ok({ ...besides, performance: result.value });
}

/** Requests that were under way when a performance went are answered by then. */
const REMOVAL_SETTLES_MS = 1_000;

async function removePerformance(
  { store, reader, clock, known }: SellingDeps,
  id: string,
  { principal, key }: Actor,
): Promise<Result<void, RemovalCode>> {
  const now = clock.now();
  const found = await reader.performance(id);
  if (!found) return refuse('performance_not_found');
  const decide = (current: Performance, { isTaken, wasSold }: Sales): Result<void, RemovalCode> => {
    if (!mayChange(principal, current.sellerId)) return refuse('performance_not_found');
    return isTaken || wasSold ? refuse('already_sold') : ok(undefined);
  };
  const { concertId } = found;
  const removed = [performanceChanged(id, concertId, 'removed', now)];
  const result = await store.removePerformance(id, decide, { events: removed, saveTo: key && { ref: key } });
  if (!result?.ok) return result ?? refuse('performance_not_found');
  known.performanceChanged(id, concertId);
  const isOnSale = Math.max(found.opensAt, found.publicFrom) <= now && now < found.closesAt;
  if (!isOnSale) return result;
  // Holds ask for no row of the performance, so that one which was under way may have been faster.
  await settle(clock, REMOVAL_SETTLES_MS);
  const restored = [performanceChanged(id, concertId, 'updated', clock.now())];
  if (!(await store.restoreIfTaken(id, { events: restored, forget: key }))) return result;
  known.performanceChanged(id, concertId);
  return refuse('already_sold');
}

function settle(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
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
