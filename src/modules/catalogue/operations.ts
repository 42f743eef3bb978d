import { roles } from '../../platform/auth/access.ts';
import type { SeenVersions } from '../../platform/http/conditional.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import type { Editor } from './actor.ts';
import type { ConcertBody, ConcertPatch, PerformanceBody, PerformancePatch } from './contract.ts';
import { presentConcert, presentPerformance, presentVenue } from './results.ts';
import type { Selling } from './selling.ts';
import type { VenueBody, VenuePatch } from './venue-contract.ts';

/** Who sells; what is whose is decided by the use case. */
export const seller = roles(['seller', 'manager'], 'sellers: their own');

type Named = { readonly id: string };
/** A change of what is named, as it was seen; undefined: as it is. */
type Change<P> = Named & { readonly patch: P; readonly seen: SeenVersions };

export type SellingOperations = ReturnType<typeof sellingOperations>;

/** The writes of sellers. */
export function sellingOperations(selling: Selling) {
  return { ...concertOperations(selling), ...performanceOperations(selling), ...venueOperations(selling) };
}

function concertOperations(selling: Selling) {
  return {
    createConcert: defineOperation({
      ...BASE,
      kind: 'createConcert',
      problems: [],
      run: (operation: Operation<ConcertBody>) => selling.addConcert(operation.input, actorOf(operation)),
      present: presentConcert,
    }),
    changeConcert: defineOperation({
      ...BASE,
      kind: 'changeConcert',
      problems: ['concert_not_found'],
      run(operation: Operation<Change<ConcertPatch>>) {
        const { id, patch, seen } = operation.input;
        return selling.changeConcert(id, patch, { ...actorOf(operation), seen });
      },
      present: presentConcert,
    }),
  };
}

function performanceOperations(selling: Selling) {
  return {
    createPerformance: defineOperation({
      ...BASE,
      kind: 'createPerformance',
      problems: ['concert_not_found', 'stage_not_found', 'sale_times_invalid', 'prices_incomplete'],
      run(operation: Operation<{ readonly concertId: string; readonly body: PerformanceBody }>) {
        const { concertId, body } = operation.input;
        return selling.addPerformance(concertId, body, actorOf(operation));
      },
      present: presentPerformance,
    }),
    changePerformance: defineOperation({
      ...BASE,
      kind: 'changePerformance',
      problems: [
        'performance_not_found',
        'sale_times_invalid',
        'prices_incomplete',
        'sale_already_open',
        'already_sold',
      ],
      run(operation: Operation<Change<PerformancePatch>>) {
        const { id, patch, seen } = operation.input;
        return selling.changePerformance(id, patch, { ...actorOf(operation), seen });
      },
      present: presentPerformance,
    }),
    removePerformance: defineOperation({
      ...BASE,
      kind: 'removePerformance',
      problems: ['performance_not_found', 'already_sold'],
      run: (operation: Operation<Named>) => selling.removePerformance(operation.input.id, actorOf(operation)),
      present: nothing,
    }),
  };
}

function venueOperations(selling: Selling) {
  return {
    createVenue: defineOperation({
      ...BASE,
      kind: 'createVenue',
      problems: ['seat_plan_invalid'],
      run: (operation: Operation<VenueBody>) => selling.addVenue(operation.input, actorOf(operation)),
      present: presentVenue,
    }),
    changeVenue: defineOperation({
      ...BASE,
      kind: 'changeVenue',
      problems: [
        'venue_not_found',
        'stage_not_found',
        'seat_plan_invalid',
        'stage_in_use',
        'seats_in_use',
        'already_sold',
        'prices_incomplete',
      ],
      run(operation: Operation<Change<VenuePatch>>) {
        const { id, patch, seen } = operation.input;
        return selling.changeVenue(id, patch, { ...actorOf(operation), seen });
      },
      present: presentVenue,
    }),
    removeVenue: defineOperation({
      ...BASE,
      kind: 'removeVenue',
      problems: ['venue_not_found', 'stage_in_use'],
      run: (operation: Operation<Named>) => selling.removeVenue(operation.input.id, actorOf(operation)),
      present: nothing,
    }),
  };
}

const BASE = { access: seller, idempotent: true } as const;

function actorOf(operation: Operation): Editor {
  return { principal: accountOf(operation), key: operation.key };
}

function nothing(): null {
  return null;
}
