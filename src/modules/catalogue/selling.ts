import { type Clock, sleep } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { type Ok, ok, type Result, refuse } from '../../kernel/result.ts';
import { refuseIfChanged } from '../../platform/http/conditional.ts';
import { type Actor, type Editor, mayChange } from './actor.ts';
import { type CallingOff, createCallingOff } from './calling-off.ts';
import { concertChanged, performanceChanged } from './changes.ts';
import type { ConcertBody, ConcertPatch, PerformanceBody, PerformancePatch } from './contract.ts';
import { Edits } from './edits.ts';
import type { KnownSales } from './known-sales.ts';
import {
  type Concert,
  movesStart,
  type Performance,
  type PerformanceChange,
  refuseChange,
  refuseTerms,
  type TermsCode,
} from './model.ts';
import type { CatalogueReader, CatalogueStore, StageOwner, VenueStore } from './ports.ts';
import type { Presenting } from './presenting.ts';
import { publicationAfter, publicFrom } from './publication.ts';
import type { ConcertResult, PerformanceResult } from './results.ts';
import { createVenueKeeping, type VenueDeps, type VenueKeeping } from './venues.ts';

export type SellingDeps = {
  readonly store: CatalogueStore & VenueStore;
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
export type Selling = VenueKeeping &
  CallingOff & {
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
    ): Promise<Result<PerformanceResult, ChangeCode>>;
    /** One of which nothing was ever sold. */
    removePerformance(id: string, by: Actor): Promise<Result<void, RemovalCode>>;
  };

type ChangeCode = 'performance_not_found' | 'changed_meanwhile' | 'performance_cancelled' | TermsCode;
type RemovalCode = 'performance_not_found' | 'already_sold';

const DEFAULTS = { limitPerPerson: 4, holdTtlMs: 300_000, roomEnabled: true, category: 'concert' };

type EditingDeps = SellingDeps & { readonly edits: Edits };

export function createSelling(given: SellingDeps): Selling {
  const deps: EditingDeps = { ...given, edits: new Edits() };
  return {
    ...createVenueKeeping(deps),
    ...createCallingOff(deps),
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
  { store, reader, clock, known, presenting, edits }: EditingDeps,
  id: string,
  patch: ConcertPatch,
  { principal, key, seen }: Editor,
): Promise<Result<ConcertResult, 'concert_not_found' | 'changed_meanwhile'>> {
  const besides = await presenting.besidesConcert(id);
  return edits.run(id, async () => {
    const current = await reader.concert(id);
    if (!current || !mayChange(principal, current.sellerId)) return refuse('concert_not_found');
    const refusal = refuseIfChanged(seen, current.version);
    if (refusal) return refusal;
    const now = clock.now();
    const next = { ...current, ...patch, ...publicationAfter(current, patch) };
    const concert: Concert = { ...next, updatedAt: now, version: current.version + 1 };
    // Its performances are as public as it is, and bear its name.
    const performanceIds = (await reader.performancesOf(id)).map((performance) => performance.id);
    const events = [
      concertChanged(id, 'updated', now),
      ...performanceIds.map((performanceId) => performanceChanged(performanceId, id, 'updated', now)),
    ];
    const saveTo = key && { ref: key, known: besides };
    const written = await store.changeConcert({ concert, performanceIds }, { events, saveTo });
    if (written === 'conflict') return written;
    known.concertChanged(id);
    for (const performanceId of performanceIds) known.performanceChanged(performanceId, id);
    return ok({ ...besides, concert });
  });
}

async function addPerformance(
  deps: EditingDeps,
  concertId: string,
  body: PerformanceBody,
  { principal, key }: Actor,
): Promise<Result<PerformanceResult, 'concert_not_found' | 'stage_not_found' | TermsCode>> {
  const { store, reader, clock, known, edits } = deps;
  const concert = await reader.concert(concertId);
  if (!concert || !mayChange(principal, concert.sellerId)) return refuse('concert_not_found');
  return edits.run(concertId, async () => {
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
    const written = await store.addPerformance(performance, { events, saveTo });
    if (written === 'conflict') return written;
    known.performanceChanged(performance.id, concertId);
    return ok({ ...besides, performance });
  });
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
    cancelledAt: null,
    cancelReason: null,
    postponedAt: null,
    postponedFrom: null,
  };
}

async function changePerformance(
  { store, reader, clock, known, presenting, edits }: EditingDeps,
  id: string,
  patch: PerformancePatch,
  { principal, key, seen }: Editor,
): Promise<Result<PerformanceResult, ChangeCode>> {
  const change = toChange(patch);
  return edits.run(id, async () => {
    const current = await reader.performance(id);
    if (!current || !mayChange(principal, current.sellerId)) return refuse('performance_not_found');
    const now = clock.now();
    const performance: Performance = { ...current, ...change, updatedAt: now, version: current.version + 1 };
    if (current.cancelledAt !== null) return refuse('performance_cancelled');
    const refusal =
      refuseIfChanged(seen, current.version) ??
      refuseChange(current, performance, await store.sales(id), now);
    if (refusal) return refusal;
    const { concertId } = current;
    const besides = await presenting.besidesPerformance(concertId, id);
    const events = [performanceChanged(id, concertId, 'updated', now)];
    const saveTo = key && { ref: key, known: besides };
    const unlessTaken = movesStart(current, performance);
    const written = await store.changePerformance({ performance, unlessTaken }, { events, saveTo });
    if (written === 'conflict') return written;
    known.performanceChanged(id, concertId);
    return ok({ ...besides, performance });
  });
}

/** Requests that were under way when a performance went are answered by then. */
const REMOVAL_SETTLES_MS = 1_000;

async function removePerformance(
  { store, reader, clock, known, edits }: EditingDeps,
  id: string,
  { principal, key }: Actor,
): Promise<Result<void, RemovalCode>> {
  const now = clock.now();
  const removed = await edits.run<Result<Performance, RemovalCode>>(id, async () => {
    const current = await reader.performance(id);
    if (!current || !mayChange(principal, current.sellerId)) return refuse('performance_not_found');
    const { isTaken, wasSold } = await store.sales(id);
    if (isTaken || wasSold) return refuse('already_sold');
    const events = [performanceChanged(id, current.concertId, 'removed', now)];
    const written = await store.removePerformance(current, { events, saveTo: key && { ref: key } });
    return written === 'conflict' ? written : ok(current);
  });
  if (!removed.ok) return removed;
  const { concertId, opensAt, publicFrom: visibleFrom, closesAt } = removed.value;
  known.performanceChanged(id, concertId);
  const isOnSale = Math.max(opensAt, visibleFrom) <= now && now < closesAt;
  if (!isOnSale) return ok(undefined);
  // Holds ask for no row of the performance, so that one which was under way may have been faster.
  await sleep(clock, REMOVAL_SETTLES_MS);
  const restored = [performanceChanged(id, concertId, 'updated', clock.now())];
  if (!(await store.restoreIfTaken(id, { events: restored, forget: key }))) return ok(undefined);
  known.performanceChanged(id, concertId);
  return refuse('already_sold');
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
