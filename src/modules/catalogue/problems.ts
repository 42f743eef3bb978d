import { defineProblems } from '../../kernel/problems.ts';

/** What this module refuses with. */
export const catalogueProblems = defineProblems({
  venue_not_found: {
    kind: 'not_found',
    title: 'There is no such venue',
    remedy: 'See GET /v1/venues for yours.',
  },
  stage_not_found: {
    kind: 'not_found',
    title: 'There is no such stage',
    remedy: 'Name a stage of one of your venues; see GET /v1/venues.',
  },
  stage_in_use: {
    kind: 'conflict',
    title: 'A performance plays on the stage',
    remedy: 'Keep the stage, and its venue: `performanceId` and what was sold for it refer to it.',
  },
  seats_in_use: {
    kind: 'conflict',
    title: 'The seats are on sale, or about to be',
    remedy:
      'From five minutes before the first opening on, the seats, their order and grades stay; where they stand, names and address may still change.',
  },
  concert_not_found: {
    kind: 'not_found',
    title: 'There is no such concert',
    remedy: 'See GET /v1/concerts for those that exist.',
  },
  performance_not_found: {
    kind: 'not_found',
    title: 'There is no such performance',
    remedy: 'See GET /v1/concerts/{id} for the performances of a concert.',
  },
  seat_plan_not_found: {
    kind: 'not_found',
    title: 'There is no such seat plan',
    remedy: 'Take the planUrl from GET /v1/performances/{id}/seats.',
  },
  seat_plan_invalid: {
    kind: 'unprocessable',
    title: 'The seat plan cannot be used',
    remedy: 'Correct the places named in `errors` and send it again.',
  },
  prices_incomplete: {
    kind: 'unprocessable',
    title: 'The prices do not fit the grades of the stage',
    remedy: 'Give one price for each grade of the stage and none for others; see `missing` and `unknown`.',
  },
  sale_times_invalid: {
    kind: 'unprocessable',
    title: 'The times of the sale do not fit',
    remedy: 'The sale must open before it closes and before the performance starts.',
  },
  already_sold: {
    kind: 'conflict',
    title: 'Seats are held or sold',
    remedy:
      'When and where it is stays as it was bought, and a performance with sales stays; hide its concert to end the sale.',
  },
  performance_cancelled: {
    kind: 'conflict',
    title: 'The performance was cancelled',
    remedy: 'Nothing of it is sold or changed any more; what was paid goes back by itself.',
  },
  performance_begun: {
    kind: 'conflict',
    title: 'The performance has begun',
    remedy: 'Only what is still to come can be cancelled or postponed.',
  },
  postponement_invalid: {
    kind: 'unprocessable',
    title: 'The new start does not fit',
    remedy: 'Give a time that is to come, and later than the performance was to start.',
  },
  cancellation_not_found: {
    kind: 'not_found',
    title: 'The performance was not cancelled',
    remedy: 'See GET /v1/performances/{id}: it takes place.',
  },
  postponement_not_found: {
    kind: 'not_found',
    title: 'The performance was not postponed',
    remedy: 'See GET /v1/performances/{id} for when it starts.',
  },
  sale_already_open: {
    kind: 'conflict',
    title: 'The sale has opened',
    remedy: 'Its opening can no longer be moved; change closesAt to end the sale.',
  },
});
