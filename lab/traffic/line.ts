import { judgeFailure, LOST, WON } from '../load/outcome.ts';
import { encodeRequest, type Target } from '../load/request.ts';
import type { RequestTraffic, Share } from '../load/traffic.ts';
import { personAt, readPeople, sharedCount } from './people-file.ts';

/** Everybody joins the line of a performance once, or asks for the position in it again and again. */
export type LineOrder = {
  readonly kind: 'join' | 'poll';
  readonly performanceId: string;
  readonly people: string;
  readonly count: number;
  /** Polls: each of them once, and not again and again. */
  readonly once?: boolean;
};

export function lineTraffic(order: LineOrder, target: Target, share: Share): RequestTraffic {
  const people = readPeople(order.people, share);
  const room = `/v1/performances/${order.performanceId}/room/entries`;
  const joins = order.kind === 'join';
  const count = sharedCount(order.count, share);
  return {
    kind: 'requests',
    count: joins || order.once ? count : Number.POSITIVE_INFINITY,
    request(index) {
      const headers = { Authorization: `Bearer ${personAt(people, index % count).accessToken}` };
      return joins
        ? encodeRequest(target, { method: 'POST', path: room, headers })
        : encodeRequest(target, { method: 'GET', path: `${room}/me`, headers });
    },
    judge(answer) {
      if (answer.status === (joins ? 201 : 200)) return WON;
      // In line before: nobody joined by this.
      if (joins && answer.status === 200) return LOST;
      return judgeFailure(answer);
    },
  };
}
