import { roles } from '../../platform/auth/access.ts';
import { SeenVersions } from '../../platform/http/conditional.ts';
import { ById, closed, Id } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation, type OperationContext } from '../../platform/operations/operation.ts';
import type { Editor } from './actor.ts';
import {
  CancellationBody,
  type CancellationView,
  PostponementBody,
  type PostponementView,
} from './calling-off-contract.ts';
import { ConcertBody, ConcertPatch, PerformanceBody, PerformancePatch } from './contract.ts';
import { presentConcert, presentPerformance, presentVenue } from './results.ts';
import type { Selling } from './selling.ts';
import { VenueBody, VenuePatch } from './venue-contract.ts';

/** Who sells; what is whose is decided by the use case. */
export const seller = roles(['seller', 'manager'], 'sellers: their own');

export type SellingOperations = ReturnType<typeof sellingOperations>;

/** The writes of sellers. */
export function sellingOperations(selling: Selling) {
  return {
    ...concertOperations(selling),
    ...performanceOperations(selling),
    ...callingOffOperations(selling),
    ...venueOperations(selling),
  };
}

function concertOperations(selling: Selling) {
  return {
    createConcert: defineOperation({
      ...BASE,
      operationId: 'createConcert',
      input: ConcertBody,
      problems: [],
      run: (context, input) => selling.addConcert(input, actorOf(context)),
      present: presentConcert,
    }),
    changeConcert: defineOperation({
      ...BASE,
      operationId: 'changeConcert',
      input: closed({ ...ById.properties, patch: ConcertPatch, seen: SeenVersions }),
      problems: ['concert_not_found'],
      run: (context, { id, patch, seen }) => selling.changeConcert(id, patch, { ...actorOf(context), seen }),
      present: presentConcert,
    }),
  };
}

function performanceOperations(selling: Selling) {
  return {
    createPerformance: defineOperation({
      ...BASE,
      operationId: 'createPerformance',
      input: closed({ concertId: Id, body: PerformanceBody }),
      problems: ['concert_not_found', 'stage_not_found', 'sale_times_invalid', 'prices_incomplete'],
      run: (context, { concertId, body }) => selling.addPerformance(concertId, body, actorOf(context)),
      present: presentPerformance,
    }),
    changePerformance: defineOperation({
      ...BASE,
      operationId: 'changePerformance',
      input: closed({ ...ById.properties, patch: PerformancePatch, seen: SeenVersions }),
      problems: [
        'performance_not_found',
        'sale_times_invalid',
        'prices_incomplete',
        'sale_already_open',
        'already_sold',
        'performance_cancelled',
      ],
      run: (context, { id, patch, seen }) =>
        selling.changePerformance(id, patch, { ...actorOf(context), seen }),
      present: presentPerformance,
    }),
    removePerformance: defineOperation({
      ...BASE,
      operationId: 'removePerformance',
      input: ById,
      problems: ['performance_not_found', 'already_sold'],
      run: (context, { id }) => selling.removePerformance(id, actorOf(context)),
      present: nothing,
    }),
  };
}

function callingOffOperations(selling: Selling) {
  return {
    cancelPerformance: defineOperation({
      ...BASE,
      operationId: 'cancelPerformance',
      input: closed({ ...ById.properties, ...CancellationBody.properties, seen: SeenVersions }),
      problems: ['performance_not_found', 'performance_begun'],
      run: (context, { id, reason, seen }) =>
        selling.cancelPerformance(id, reason, { ...actorOf(context), seen }),
      savesResult: () => false,
      present: (view: CancellationView) => view,
    }),
    postponePerformance: defineOperation({
      ...BASE,
      operationId: 'postponePerformance',
      input: closed({ ...ById.properties, ...PostponementBody.properties, seen: SeenVersions }),
      problems: [
        'performance_not_found',
        'performance_begun',
        'performance_cancelled',
        'postponement_invalid',
      ],
      run: (context, { id, startsAt, seen }) =>
        selling.postponePerformance(id, Date.parse(startsAt), { ...actorOf(context), seen }),
      savesResult: () => false,
      present: (view: PostponementView) => view,
    }),
  };
}

function venueOperations(selling: Selling) {
  return {
    createVenue: defineOperation({
      ...BASE,
      operationId: 'createVenue',
      input: VenueBody,
      problems: ['seat_plan_invalid'],
      run: (context, input) => selling.addVenue(input, actorOf(context)),
      present: presentVenue,
    }),
    changeVenue: defineOperation({
      ...BASE,
      operationId: 'changeVenue',
      input: closed({ ...ById.properties, patch: VenuePatch, seen: SeenVersions }),
      problems: [
        'venue_not_found',
        'stage_not_found',
        'seat_plan_invalid',
        'stage_in_use',
        'seats_in_use',
        'already_sold',
        'prices_incomplete',
      ],
      run: (context, { id, patch, seen }) => selling.changeVenue(id, patch, { ...actorOf(context), seen }),
      present: presentVenue,
    }),
    removeVenue: defineOperation({
      ...BASE,
      operationId: 'removeVenue',
      input: ById,
      problems: ['venue_not_found', 'stage_in_use'],
      run: (context, { id }) => selling.removeVenue(id, actorOf(context)),
      present: nothing,
    }),
  };
}

const BASE = { access: seller, idempotent: true, queueable: false, priority: 'normal' } as const;

function actorOf(context: OperationContext): Editor {
  return { principal: accountOf(context), key: context.key };
}

function nothing(): null {
  return null;
}
