import { agreement } from './agreement.ts';
import { booking } from './booking.ts';
import { firstSight } from './first-sight.ts';
import { flood } from './flood.ts';
import { holds } from './holds.ts';
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
  holds,
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

/** Former names by which scripts may still call them. */
const ALIASES: Readonly<Record<string, string>> = { claims: 'holds' };

/** A scenario by its name. */
export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === (ALIASES[name] ?? name));
}
