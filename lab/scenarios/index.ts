import { agreement } from './agreement.ts';
import { booking } from './booking.ts';
import { claims } from './claims.ts';
import { firstSight } from './first-sight.ts';
import { flood } from './flood.ts';
import { hotSeat } from './hot-seat.ts';
import { join } from './line.ts';
import { noOp } from './no-op.ts';
import { poll } from './poll.ts';
import { rush } from './rush.ts';
import { saturation } from './saturation.ts';
import type { Scenario } from './scenario.ts';
import { streams } from './streams.ts';

/** Every experiment of the lab, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  noOp,
  claims,
  saturation,
  hotSeat,
  join,
  firstSight,
  rush,
  poll,
  streams,
  flood,
  booking,
  agreement,
];
