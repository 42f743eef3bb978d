import type {
  NewStage,
  SeatPlan,
  Venue,
  VenueChange,
  VenueInUse,
  VenueSeen,
  VenueStore,
} from '../../../modules/catalogue/index.ts';
import type { Queryable } from '../database.ts';
import { SEAT_STATUS } from '../seating/seat-status.ts';
import {
  type PerformanceRow,
  SELECT_PERFORMANCE,
  STAGE_COLUMNS,
  type StageRow,
  toPerformance,
  toStage,
} from './catalogue-rows.ts';
import { type Save, saveContext } from './write-context.ts';

/**
 * Saves what sellers do with venues. Locks go from the venue to its stages to the performances on them; who adds or
 * changes a performance locks its concert, then its stage, then the performance.
 */
export function createVenueStore(database: Queryable, save: Save): VenueStore {
  return {
    addVenue: (venue, stages, context) =>
      save(async (tx) => {
        await insertVenue(tx, venue, stages);
        await saveContext(tx, context, { venue });
      }),
    venueInUse: (id) => readVenue(database, id),
    changeVenue: (change, context) =>
      save(async (tx) => {
        const { venue, seen } = change;
        const stageIds = await lockVenue(tx, { id: venue.id, version: seen.version });
        if (!stageIds || !(await isUsedAsSeen(tx, venue.id, seen))) return 'conflict';
        await updateVenue(tx, stageIds, change);
        await saveContext(tx, context, { venue });
        return 'written';
      }),
    removeVenue: ({ id, version }, context) =>
      save(async (tx) => {
        const unused = { version, performances: [], untaken: [] };
        if (!(await lockVenue(tx, { id, version }))) return 'conflict';
        if (!(await isUsedAsSeen(tx, id, unused))) return 'conflict';
        await tx.query('delete from venue where id = $1', [id]);
        await saveContext(tx, context);
        return 'written';
      }),
  };
}

type VenueRow = {
  owner_id: string;
  name: string;
  name_en: string | null;
  address: string;
  address_en: string | null;
  time_zone: string;
  created_at: Date;
  version: number;
};

// The venue is read first: whatever of it is changed while the rest is read has another version then.
async function readVenue(database: Queryable, id: string): Promise<VenueInUse | undefined> {
  const [row] = await database.query<VenueRow>(
    'select owner_id, name, name_en, address, address_en, time_zone, created_at, version from venue where id = $1',
    [id],
  );
  if (!row) return undefined;
  const stages = await database.query<StageRow & { plan: SeatPlan }>(
    `select ${STAGE_COLUMNS}, s.plan from stage s where s.venue_id = $1 order by s.id`,
    [id],
  );
  const performances = await database.query<PerformanceRow>(
    `${SELECT_PERFORMANCE} where s.venue_id = $1 order by p.id`,
    [id],
  );
  return {
    venue: {
      id,
      ownerId: row.owner_id,
      name: row.name,
      nameEn: row.name_en,
      address: row.address,
      addressEn: row.address_en,
      timeZone: row.time_zone,
      createdAt: row.created_at.getTime(),
      version: row.version,
      stages: stages.map(toStage),
    },
    plans: new Map(stages.map((stage) => [stage.stage_id, stage.plan])),
    performances: performances.map(toPerformance),
    taken: await takenOf(
      database,
      performances.map((performance) => performance.id),
    ),
  };
}

/** Keeps the venue and its stages as they are. @returns its stages; undefined where this is not its version */
async function lockVenue(
  tx: Queryable,
  { id, version }: Pick<Venue, 'id' | 'version'>,
): Promise<ReadonlySet<string> | undefined> {
  const [row] = await tx.query('select 1 from venue where id = $1 and version = $2 for update', [
    id,
    version,
  ]);
  if (!row) return undefined;
  const stages = await tx.query<{ id: string }>(
    'select id from stage where venue_id = $1 order by id for update',
    [id],
  );
  return new Set(stages.map((stage) => stage.id));
}

// After the stages are locked, in a statement of its own: no performance comes to be on them, or changes, any more.
const LOCK_PERFORMANCES = `select p.id, p.version from performance p join stage s on s.id = p.stage_id
  where s.venue_id = $1 and p.removed_at is null order by p.id for update of p`;

async function isUsedAsSeen(tx: Queryable, venueId: string, seen: VenueSeen): Promise<boolean> {
  const rows = await tx.query<VenueSeen['performances'][number]>(LOCK_PERFORMANCES, [venueId]);
  const isSame = describe(rows) === describe(seen.performances);
  return isSame && (await takenOf(tx, seen.untaken)).size === 0;
}

function describe(performances: VenueSeen['performances']): string {
  return performances
    .map(({ id, version }) => `${id} ${version}`)
    .toSorted()
    .join();
}

async function takenOf(tx: Queryable, performanceIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (performanceIds.length === 0) return new Set();
  const rows = await tx.query<{ id: string }>(
    `select id from unnest($1::uuid[]) as p (id)
     where exists (select from seat_hold where performance_id = p.id and status <> ${SEAT_STATUS.free})`,
    [performanceIds],
  );
  return new Set(rows.map(({ id }) => id));
}

async function updateVenue(
  tx: Queryable,
  before: ReadonlySet<string>,
  { venue, stages, changedAt }: VenueChange,
): Promise<void> {
  await tx.query(
    `update venue set name = $2, name_en = $3, address = $4, address_en = $5, time_zone = $6, version = $7
     where id = $1`,
    [venue.id, venue.name, venue.nameEn, venue.address, venue.addressEn, venue.timeZone, venue.version],
  );
  await tx.query('delete from stage where venue_id = $1 and id <> all ($2)', [
    venue.id,
    stages.map(({ stage }) => stage.id),
  ]);
  for (const { stage, plan } of stages) {
    if (!before.has(stage.id)) {
      // Nothing comes without a plan that was not there before.
      if (plan) await insertStage(tx, venue.id, { stage, plan }, new Date(changedAt));
    } else {
      await tx.query('update stage set name = $2, name_en = $3 where id = $1', [
        stage.id,
        stage.name,
        stage.nameEn,
      ]);
      if (plan)
        await tx.query(SET_PLAN, [
          stage.id,
          JSON.stringify(plan),
          stage.planHash,
          JSON.stringify(stage.grades),
          stage.capacity,
        ]);
    }
  }
}

const SET_PLAN = 'update stage set plan = $2, plan_hash = $3, grades = $4, capacity = $5 where id = $1';

async function insertVenue(tx: Queryable, venue: Venue, stages: readonly NewStage[]): Promise<void> {
  const createdAt = new Date(venue.createdAt);
  await tx.query(
    `insert into venue (id, owner_id, name, name_en, address, address_en, time_zone, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      venue.id,
      venue.ownerId,
      venue.name,
      venue.nameEn,
      venue.address,
      venue.addressEn,
      venue.timeZone,
      createdAt,
    ],
  );
  for (const stage of stages) await insertStage(tx, venue.id, stage, createdAt);
}

async function insertStage(
  tx: Queryable,
  venueId: string,
  { stage, plan }: NewStage,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into stage (id, venue_id, name, name_en, plan, plan_hash, grades, capacity, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      stage.id,
      venueId,
      stage.name,
      stage.nameEn,
      JSON.stringify(plan),
      stage.planHash,
      JSON.stringify(stage.grades),
      stage.capacity,
      at,
    ],
  );
}
