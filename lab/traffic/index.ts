import type { Target } from '../load/request.ts';
import type { Share, Traffic } from '../load/traffic.ts';
import { type BookingOrder, bookingTraffic, signUpTraffic } from './booking.ts';
import { type HoldsOrder, holdsTraffic } from './holds.ts';
import { type LineOrder, lineTraffic } from './line.ts';
import { type BareOrder, bareTraffic, type NoOpOrder, noOpTraffic } from './no-op.ts';

/** What to do, in words that can be sent to another process, which makes the traffic of it. */
export type TrafficOrder = BareOrder | NoOpOrder | HoldsOrder | LineOrder | BookingOrder;

export function createTraffic(order: TrafficOrder, target: Target, share: Share): Traffic {
  if (order.kind === 'bare') return bareTraffic(order, target);
  if (order.kind === 'no-op') return noOpTraffic(order, target, share);
  if (order.kind === 'holds') return holdsTraffic(order, target, share);
  if (!('from' in order)) return lineTraffic(order, target, share);
  return order.kind === 'sign-up' ? signUpTraffic(order, target) : bookingTraffic(order, target);
}
