import {
  type Concert,
  type Performance,
  publicFrom,
  type Stage,
  type Visibility,
} from '../../../modules/catalogue/index.ts';

/** How rows of the catalogue are read; the SQL and the types beside each other. */

export type StageRow = {
  stage_id: string;
  stage_name: string;
  stage_name_en: string | null;
  plan_hash: string;
  capacity: number;
  grades: Record<string, number>;
};

export const STAGE_COLUMNS = `s.id as stage_id, s.name as stage_name, s.name_en as stage_name_en,
  s.plan_hash, s.capacity, s.grades`;

export function toStage(row: StageRow): Stage {
  return {
    id: row.stage_id,
    name: row.stage_name,
    nameEn: row.stage_name_en,
    planHash: row.plan_hash,
    capacity: row.capacity,
    grades: row.grades,
  };
}

export type ConcertRow = {
  id: string;
  owner_id: string;
  title: string;
  title_en: string | null;
  artist: string;
  artist_en: string | null;
  description: string;
  description_en: string | null;
  category: string;
  created_at: Date;
  updated_at: Date;
  version: number;
  visibility: Visibility;
  publish_at: Date | null;
};

export const CONCERT_COLUMNS = `c.id, c.owner_id, c.title, c.title_en, c.artist, c.artist_en, c.description,
  c.description_en, c.category, c.created_at,
  c.updated_at, c.version, c.visibility, c.publish_at`;

/** Whether everybody may see concert `c` at a time; the same as `publicFrom` of the module. */
export const isPublicAt = (now: string): string =>
  `(c.visibility <> 'hidden' and coalesce(c.publish_at <= ${now}, c.visibility = 'published'))`;

export function toConcert(row: ConcertRow): Concert {
  return {
    id: row.id,
    sellerId: row.owner_id,
    title: row.title,
    titleEn: row.title_en,
    artist: row.artist,
    artistEn: row.artist_en,
    description: row.description,
    descriptionEn: row.description_en,
    category: row.category,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    version: row.version,
    visibility: row.visibility,
    publishAt: row.publish_at?.getTime() ?? null,
  };
}

export type PerformanceRow = StageRow & {
  id: string;
  concert_id: string;
  owner_id: string;
  visibility: Visibility;
  publish_at: Date | null;
  venue_name: string;
  venue_name_en: string | null;
  time_zone: string;
  starts_at: Date;
  opens_at: Date;
  closes_at: Date;
  prices: Record<string, number>;
  limit_per_person: number;
  hold_ttl_ms: number;
  room_enabled: boolean;
  created_at: Date;
  updated_at: Date;
  version: number;
  cancelled_at: Date | null;
  cancel_reason: string | null;
  postponed_at: Date | null;
  postponed_from: Date | null;
};

export const SELECT_PERFORMANCE = `select p.id, p.concert_id, c.owner_id, c.visibility, c.publish_at,
    v.name as venue_name, v.name_en as venue_name_en, v.time_zone,
    p.starts_at, p.opens_at, p.closes_at, p.prices, p.limit_per_person, p.hold_ttl_ms, p.room_enabled, p.created_at,
    p.updated_at, p.version, p.cancelled_at, p.cancel_reason, p.postponed_at, p.postponed_from,
    ${STAGE_COLUMNS}
  from performance p
  join concert c on c.id = p.concert_id and p.removed_at is null
  join stage s on s.id = p.stage_id
  join venue v on v.id = s.venue_id`;

export function toPerformance(row: PerformanceRow): Performance {
  return {
    id: row.id,
    concertId: row.concert_id,
    sellerId: row.owner_id,
    publicFrom: publicFrom({
      visibility: row.visibility,
      publishAt: row.publish_at?.getTime() ?? null,
    }),
    venueName: row.venue_name,
    venueNameEn: row.venue_name_en,
    timeZone: row.time_zone,
    stage: toStage(row),
    startsAt: row.starts_at.getTime(),
    opensAt: row.opens_at.getTime(),
    closesAt: row.closes_at.getTime(),
    currency: 'KRW',
    prices: row.prices,
    limitPerPerson: row.limit_per_person,
    holdTtlMs: row.hold_ttl_ms,
    roomEnabled: row.room_enabled,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    version: row.version,
    cancelledAt: row.cancelled_at?.getTime() ?? null,
    cancelReason: row.cancel_reason,
    postponedAt: row.postponed_at?.getTime() ?? null,
    postponedFrom: row.postponed_from?.getTime() ?? null,
  };
}
