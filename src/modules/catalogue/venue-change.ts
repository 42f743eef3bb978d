import { ok, type Result, refuse } from '../../kernel/result.ts';
import { type Performance, refuseTerms, type Stage, type Venue } from './model.ts';
import { compactPlan, hashPlan } from './plan-compact.ts';
import { planLimits, type SeatPlan } from './plan-format.ts';
import { expandPlan } from './plan-seats.ts';
import type { NewStage, VenueChange, VenueInUse } from './ports.ts';
import type { VenuePatch } from './venue-contract.ts';

export type VenueChangeCode =
  | 'stage_not_found'
  | 'stage_in_use'
  | 'seats_in_use'
  | 'seat_plan_invalid'
  | 'already_sold'
  | 'prices_incomplete';

/**
 * From so long before the first opening on, the seats of a stage are fixed. Holds are decided from a plan that
 * a process remembers, for 60 s at the longest when events are held up: this leaves no process that could take a
 * hold to a seat of the plan of before. What has opened never closes the door behind it, since an opening that
 * has passed may not move; so that "was there ever a hold" needs no look at the holds.
 */
const SEATS_FIXED_BEFORE_MS = 300_000;

/** Makes a stage of a plan of the right form. */
export function toStage(
  id: string,
  { name, nameEn = null }: { readonly name: string; readonly nameEn?: string | null },
  given: SeatPlan,
): NewStage {
  const plan = compactPlan(given);
  const { capacity, gradeCounts: grades } = expandPlan(plan);
  return { stage: { id, name, nameEn, planHash: hashPlan(plan), capacity, grades }, plan };
}

type Given = NonNullable<VenuePatch['stages']>[number];
type Deciding = { readonly now: number; readonly nextId: () => string };

/**
 * What a change makes of a venue. `stages`, where given, are all that it will have: those with an id stay, those
 * without are new, those not named go.
 */
export function decideVenueChange(
  current: VenueInUse,
  { stages: given, ...texts }: VenuePatch,
  { now, nextId }: Deciding,
): Result<VenueChange, VenueChangeCode> {
  const bound = boundToThePlace(current, texts, now);
  if (bound.some((id) => current.taken.has(id))) return refuse('already_sold');
  const stages = given === undefined ? ok(unchanged(current)) : decideStages(current, given, nextId);
  if (!stages.ok) return stages;
  const others = new Set(
    stages.value.filter((next) => hasOtherSeats(current, next)).map(({ stage }) => stage.id),
  );
  for (const performance of current.performances) {
    const next = stages.value.find(({ stage }) => stage.id === performance.stage.id);
    const refusal = refuseSeats(performance, next?.stage, others, now);
    if (refusal) return refusal;
  }
  const byAge = stages.value.map(({ stage }) => stage).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const version = current.venue.version + 1;
  const venue: Venue = { ...current.venue, ...texts, version, stages: byAge };
  const seen = { version: current.venue.version, performances: current.performances, untaken: bound };
  return ok({ seen, venue, stages: stages.value, performances: affected(current, venue), changedAt: now });
}

/**
 * The performances of which no seat may be taken if the venue moves: anyone who has a seat bought it for this place, and
 * for a time by its clock.
 */
function boundToThePlace(
  { venue, performances }: VenueInUse,
  { address = venue.address, timeZone = venue.timeZone }: VenuePatch,
  now: number,
): readonly string[] {
  if (address === venue.address && timeZone === venue.timeZone) return [];
  return performances.filter(({ startsAt }) => startsAt > now).map(({ id }) => id);
}

function unchanged({ venue }: VenueInUse): VenueChange['stages'] {
  return venue.stages.map((stage) => ({ stage, plan: undefined }));
}

function decideStages(
  { venue }: VenueInUse,
  given: readonly Given[],
  nextId: () => string,
): Result<VenueChange['stages'], VenueChangeCode> {
  const left = new Map(venue.stages.map((stage) => [stage.id, stage]));
  const stages: VenueChange['stages'][number][] = [];
  for (const [index, { id, name, nameEn: newNameEn, plan }] of given.entries()) {
    const stage = id === undefined ? undefined : left.get(id);
    const names = { name, nameEn: newNameEn === undefined ? (stage?.nameEn ?? null) : newNameEn };
    if (id !== undefined && !stage) return refuse('stage_not_found', undefined, { stageId: id });
    if (id !== undefined) left.delete(id);
    if (plan) {
      const made = toStage(id ?? nextId(), names, plan);
      stages.push(made.stage.planHash === stage?.planHash ? { stage: made.stage, plan: undefined } : made);
    } else if (stage) {
      stages.push({ stage: { ...stage, ...names }, plan: undefined });
    } else {
      return planInvalid(`/body/stages/${index}/plan`, 'is missing: a new stage needs one');
    }
  }
  const seats = stages.reduce((sum, { stage }) => sum + stage.capacity, 0);
  if (seats <= planLimits.seatsPerVenueMax) return ok(stages);
  const message = `have ${seats} seats together, at most ${planLimits.seatsPerVenueMax} are allowed`;
  return planInvalid('/body/stages', message);
}

const planInvalid = (path: string, message: string) =>
  refuse('seat_plan_invalid', undefined, { errors: [{ path, message }] });

/** Whether a seat number becomes another seat, or one of another grade; where a seat stands does not matter. */
function hasOtherSeats({ plans }: VenueInUse, { stage, plan }: VenueChange['stages'][number]): boolean {
  const before = plans.get(stage.id);
  if (!plan || !before) return false;
  const [a, b] = [expandPlan(before), expandPlan(plan)];
  return (
    a.capacity !== b.capacity ||
    a.seats.some(({ id, grade }, no) => id !== b.seats[no]?.id || grade !== b.seats[no].grade)
  );
}

/** Why this performance does not let its stage become `next`; `others` are the stages with other seats. */
function refuseSeats(
  performance: Performance,
  next: Stage | undefined,
  others: ReadonlySet<string>,
  now: number,
) {
  const which = { stageId: performance.stage.id, performanceId: performance.id };
  if (!next) return refuse('stage_in_use', undefined, which);
  if (!others.has(next.id)) return undefined;
  if (performance.opensAt <= now + SEATS_FIXED_BEFORE_MS) return refuse('seats_in_use', undefined, which);
  const refusal = refuseTerms({ ...performance, stage: next });
  return refusal?.code === 'prices_incomplete'
    ? refuse('prices_incomplete', undefined, { ...refusal.extra, ...which })
    : undefined;
}

/** Performances that show something of what changed. */
function affected({ venue: before, performances }: VenueInUse, after: Venue): readonly Performance[] {
  const stages = new Map(after.stages.map((stage) => [stage.id, stage]));
  return performances.filter(
    ({ stage }) =>
      before.name !== after.name ||
      before.nameEn !== after.nameEn ||
      before.timeZone !== after.timeZone ||
      isOther(stage, stages.get(stage.id)),
  );
}

function isOther(a: Stage, b: Stage | undefined): boolean {
  return a.name !== b?.name || a.nameEn !== b.nameEn || a.planHash !== b.planHash;
}
