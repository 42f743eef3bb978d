import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { refuseIfChanged } from '../../platform/http/conditional.ts';
import type { IdPage } from '../../platform/http/id-page.ts';
import { type Actor, type Editor, isManager, mayChange } from './actor.ts';
import { performanceChanged } from './changes.ts';
import type { Edits } from './edits.ts';
import type { KnownSales } from './known-sales.ts';
import type { Performance, Venue } from './model.ts';
import { checkStages } from './plan-check.ts';
import type { CatalogueReader, LiveSeats, VenueStore } from './ports.ts';
import type { VenueResult } from './results.ts';
import { decideVenueChange, toStage, type VenueChangeCode } from './venue-change.ts';
import type { VenueBody, VenuePatch, VenueView } from './venue-contract.ts';
import { venueView } from './views.ts';

/** Where a venue stands that does not say. */
const DEFAULT_TIME_ZONE = 'Asia/Seoul';

export type VenueDeps = {
  readonly store: VenueStore;
  readonly reader: Pick<CatalogueReader, 'venues' | 'venue'>;
  readonly known: Pick<KnownSales, 'performanceChanged'>;
  readonly seats: Pick<LiveSeats, 'recheck'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly edits: Edits;
};

type VenueRefusalCode = 'venue_not_found' | 'changed_meanwhile' | VenueChangeCode;

/** What sellers do with their venues. Other sellers' do not exist for them; managers may change all. */
export type VenueKeeping = {
  addVenue(body: VenueBody, by: Actor): Promise<Result<VenueResult, 'seat_plan_invalid'>>;
  /** Newest first; one more than `limit` when there are more. */
  venues(page: IdPage, principal: Principal): Promise<readonly Venue[]>;
  venue(id: string, principal: Principal): Promise<Result<VenueView, 'venue_not_found'>>;
  changeVenue(id: string, patch: VenuePatch, by: Editor): Promise<Result<VenueResult, VenueRefusalCode>>;
  /** With its stages, while no performance plays on any of them. */
  removeVenue(id: string, by: Actor): Promise<Result<void, 'venue_not_found' | 'stage_in_use'>>;
};

export function createVenueKeeping(deps: VenueDeps): VenueKeeping {
  const { reader } = deps;
  return {
    addVenue: (body, by) => addVenue(deps, body, by),
    venues(page, principal) {
      const ownerId = isManager(principal) ? undefined : principal.accountId;
      return reader.venues({ ...page, limit: page.limit + 1, ownerId });
    },
    async venue(id, principal) {
      const venue = await reader.venue(id);
      return venue && mayChange(principal, venue.ownerId) ? ok(venueView(venue)) : refuse('venue_not_found');
    },
    changeVenue: (id, patch, by) => changeVenue(deps, id, patch, by),
    removeVenue: (id, by) => removeVenue(deps, id, by),
  };
}

async function addVenue(
  { store, clock, ids }: VenueDeps,
  body: VenueBody,
  { principal, key }: Actor,
): Promise<Result<VenueResult, 'seat_plan_invalid'>> {
  const errors = checkStages(body.stages, '/body/stages');
  if (errors.length > 0) return refuse('seat_plan_invalid', undefined, { errors });
  const stages = body.stages.map((stage) => toStage(ids.next(), stage, stage.plan));
  const venue: Venue = {
    id: ids.next(),
    ownerId: principal.accountId,
    name: body.name,
    nameEn: body.nameEn ?? null,
    address: body.address,
    addressEn: body.addressEn ?? null,
    timeZone: body.timeZone ?? DEFAULT_TIME_ZONE,
    createdAt: clock.now(),
    version: 1,
    stages: stages.map(({ stage }) => stage),
  };
  await store.addVenue(venue, stages, { events: [], saveTo: key && { ref: key } });
  return ok({ venue });
}

async function changeVenue(
  { store, known, seats, clock, ids, edits }: VenueDeps,
  id: string,
  patch: VenuePatch,
  { principal, key, seen }: Editor,
): Promise<Result<VenueResult, VenueRefusalCode>> {
  const errors = checkStages(patch.stages ?? [], '/body/stages');
  if (errors.length > 0) return refuse('seat_plan_invalid', undefined, { errors });
  return edits.run<Result<VenueResult, VenueRefusalCode>>(id, async () => {
    const current = await store.venueInUse(id);
    if (!current || !mayChange(principal, current.venue.ownerId)) return refuse('venue_not_found');
    const refusal = refuseIfChanged(seen, current.venue.version);
    if (refusal) return refusal;
    const now = clock.now();
    const decided = decideVenueChange(current, patch, { now, nextId: () => ids.next() });
    if (!decided.ok) return decided;
    const { venue, performances } = decided.value;
    const events = performances.map((performance) =>
      performanceChanged(performance.id, performance.concertId, 'updated', now),
    );
    const written = await store.changeVenue(decided.value, { events, saveTo: key && { ref: key } });
    if (written === 'conflict') return written;
    await tell({ known, seats }, performances);
    return ok({ venue });
  });
}

/** Other processes hear of it by the events; who asks this one next must not see what was. */
async function tell(
  { known, seats }: Pick<VenueDeps, 'known' | 'seats'>,
  performances: readonly Performance[],
): Promise<void> {
  for (const { id, concertId } of performances) known.performanceChanged(id, concertId);
  await Promise.all(performances.map(({ id }) => seats.recheck(id)));
}

async function removeVenue(
  { store, edits }: VenueDeps,
  id: string,
  { principal, key }: Actor,
): Promise<Result<void, 'venue_not_found' | 'stage_in_use'>> {
  return edits.run<Result<void, 'venue_not_found' | 'stage_in_use'>>(id, async () => {
    const current = await store.venueInUse(id);
    if (!current || !mayChange(principal, current.venue.ownerId)) return refuse('venue_not_found');
    const [one] = current.performances;
    if (one) return refuse('stage_in_use', undefined, { stageId: one.stage.id, performanceId: one.id });
    const written = await store.removeVenue(current.venue, { events: [], saveTo: key && { ref: key } });
    return written === 'conflict' ? written : ok(undefined);
  });
}
