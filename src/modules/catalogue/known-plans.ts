import type { ReadCache } from '../../platform/cache/read-cache.ts';
import { etagOf } from '../../platform/http/conditional.ts';
import { createEncodedBody, type EncodedBody } from '../../platform/http/encoded-body.ts';
import type { PlannedSeat, PlanSeatsView, SeatPlanView } from './plan-contract.ts';
import type { SeatPlan } from './plan-format.ts';
import { expandPlan, type PlanSeats } from './plan-seats.ts';
import type { CatalogueReader } from './ports.ts';
import { planSeatsUrl } from './urls.ts';

export type EncodedDocument = { readonly etag: string; readonly body: EncodedBody };

/** A plan as this process keeps it: spread out, and ready to be sent. */
export type KnownPlan = {
  readonly planHash: string;
  readonly seats: PlanSeats;
  /** The compact form. 20,000 seats of a curved arena: 78 kB, 5 kB in Brotli. */
  readonly compact: EncodedDocument;
  /** One object per seat; made when first asked for. 20,000 seats: 2 MB, 190 kB in Brotli. */
  spelledOut(): EncodedDocument;
};

/** Kept for good by readers: worth the best coding that does not hold up the first of them. */
const EFFORT = 9;
const EFFORT_LARGE = 5;

export type KnownPlans = {
  get(planHash: string): KnownPlan | undefined | Promise<KnownPlan | undefined>;
};

/** Plans by their hash; what a hash stands for never changes. */
export function createKnownPlans(
  reader: Pick<CatalogueReader, 'plan'>,
  cache: ReadCache<KnownPlan>,
): KnownPlans {
  const load = async (planHash: string) => {
    const plan = await reader.plan(planHash);
    return plan && toKnownPlan(planHash, plan);
  };
  return { get: (planHash) => cache.get(planHash, () => load(planHash)) };
}

function toKnownPlan(planHash: string, plan: SeatPlan): KnownPlan {
  const seats = expandPlan(plan);
  const view: SeatPlanView = {
    planHash,
    capacity: seats.capacity,
    grades: [...seats.grades],
    seatsUrl: planSeatsUrl(planHash),
    plan,
  };
  let spelledOut: EncodedDocument | undefined;
  return {
    planHash,
    seats,
    compact: toEncodedDocument(view, EFFORT),
    spelledOut() {
      spelledOut ??= toEncodedDocument(spellOut(planHash, seats), EFFORT_LARGE);
      return spelledOut;
    },
  };
}

function toEncodedDocument(view: object, effort: number): EncodedDocument {
  const text = JSON.stringify(view);
  return { etag: etagOf(text), body: createEncodedBody(text, effort) };
}

function spellOut(planHash: string, seats: PlanSeats): PlanSeatsView {
  return { planHash, capacity: seats.capacity, items: seats.seats.map((_, no) => plannedSeat(seats, no)) };
}

/** A seat with its number and place. @throws RangeError on a number outside of the plan */
export function plannedSeat(plan: PlanSeats, seatNo: number): PlannedSeat {
  const seat = plan.seats[seatNo];
  if (!seat) throw new RangeError(`there is no seat number ${seatNo}`);
  return { ...seat, seatNo, x: plan.x[seatNo] ?? 0, y: plan.y[seatNo] ?? 0 };
}
