import { krw } from '../../kernel/money.ts';
import type { ConcertSummary, ConcertView, PerformanceView } from './contract.ts';
import { type Concert, type Performance, type Prices, statusAt, type Venue } from './model.ts';
import type { ConcertListRow, SeatsNow } from './ports.ts';
import { visibilityAt } from './publication.ts';
import { planUrl, seatsUrl } from './urls.ts';
import type { VenueView } from './venue-contract.ts';

const toTime = (ms: number): string => new Date(ms).toISOString();
const toTimeOrNull = (ms: number | null): string | null => (ms === null ? null : toTime(ms));

/** Dearest first, as people read price tables. */
function priceTable(prices: Prices): PerformanceView['prices'] {
  const entries = Object.entries(prices).toSorted((a, b) => b[1] - a[1]);
  return Object.fromEntries(entries.map(([grade, amount]) => [grade, krw(amount)]));
}

export function venueView(venue: Venue): VenueView {
  return {
    id: venue.id,
    name: venue.name,
    nameEn: venue.nameEn,
    address: venue.address,
    addressEn: venue.addressEn,
    timeZone: venue.timeZone,
    sellerId: venue.ownerId,
    stages: venue.stages.map(({ id, name, nameEn, capacity, grades, planHash }) => ({
      id,
      name,
      nameEn,
      capacity,
      grades,
      planUrl: planUrl(planHash),
    })),
    createdAt: toTime(venue.createdAt),
    version: venue.version,
  };
}

/** What is said of a performance whose seats nobody can have held yet. */
export function untouched(performance: Performance): SeatsNow {
  const { grades, capacity } = performance.stage;
  return { remaining: grades, availability: { free: capacity, held: 0, sold: 0 } };
}

export function performanceView(
  performance: Performance,
  { title, titleEn }: Pick<Concert, 'title' | 'titleEn'>,
  live: SeatsNow,
  now: number,
): PerformanceView {
  const { id, stage, prices } = performance;
  const { free, sold } = live.availability;
  return {
    id,
    concertId: performance.concertId,
    sellerId: performance.sellerId,
    title,
    titleEn,
    venue: performance.venueName,
    venueEn: performance.venueNameEn,
    timeZone: performance.timeZone,
    stage: stage.name,
    stageEn: stage.nameEn,
    stageId: stage.id,
    startsAt: toTime(performance.startsAt),
    opensAt: toTime(performance.opensAt),
    closesAt: toTime(performance.closesAt),
    status: statusAt(performance, sold === stage.capacity, now),
    capacity: stage.capacity,
    remaining: live.remaining,
    remainingTotal: free,
    prices: priceTable(prices),
    limitPerPerson: performance.limitPerPerson,
    holdTtlMs: performance.holdTtlMs,
    roomEnabled: performance.roomEnabled,
    version: performance.version,
    cancelledAt: toTimeOrNull(performance.cancelledAt),
    cancelReason: performance.cancelReason,
    postponedAt: toTimeOrNull(performance.postponedAt),
    postponedFrom: toTimeOrNull(performance.postponedFrom),
    seatsUrl: seatsUrl(id),
    planUrl: planUrl(stage.planHash),
  };
}

export function concertView(
  concert: Concert,
  performances: readonly PerformanceView[],
  now: number,
): ConcertView {
  const { createdAt, updatedAt, publishAt, ...rest } = concert;
  return {
    ...rest,
    visibility: visibilityAt(concert, now),
    publishAt: toTimeOrNull(publishAt),
    createdAt: toTime(createdAt),
    updatedAt: toTime(updatedAt),
    performances: [...performances],
  };
}

/** @param free the free seats of each performance whose sale is not over */
export function concertSummary(
  row: ConcertListRow,
  free: ReadonlyMap<string, number>,
  now: number,
): ConcertSummary {
  const { selling, venues, priceFrom } = row;
  return {
    id: row.id,
    title: row.title,
    titleEn: row.titleEn,
    artist: row.artist,
    artistEn: row.artistEn,
    category: row.category,
    sellerId: row.sellerId,
    visibility: visibilityAt(row, now),
    publishAt: toTimeOrNull(row.publishAt),
    performanceCount: row.performanceCount,
    firstStartsAt: toTimeOrNull(row.firstStartsAt),
    lastStartsAt: toTimeOrNull(row.lastStartsAt),
    nextOpensAt: toTimeOrNull(row.nextOpensAt),
    status: row.status,
    priceFrom: priceFrom === null ? null : krw(priceFrom),
    capacity: selling.reduce((sum, { capacity }) => sum + capacity, 0),
    remainingTotal: selling.reduce((sum, performance) => sum + (free.get(performance.id) ?? 0), 0),
    venues: venues.map(({ name }) => name),
    venuesEn: venues.map(({ nameEn }) => nameEn),
    timeZone: row.timeZone,
  };
}
