import { judgeFailure, WON } from '../load/outcome.ts';
import { encodeRequest, type Target } from '../load/request.ts';
import type { RequestTraffic, Share } from '../load/traffic.ts';
import { personAt, readPeople, sharedCount } from './people-file.ts';

/** The route that does nothing, called by people in turn; a POST carries a body as a hold has it. */
export type NoOpOrder = {
  readonly kind: 'no-op';
  readonly method: 'GET' | 'POST';
  readonly people: string;
  /** Each of them once, and not again and again. */
  readonly once?: boolean;
};

/** A request that the bare server answers, to see how fast the generator is. */
export type BareOrder = { readonly kind: 'bare'; readonly method: 'GET' | 'POST' };

const PATH = '/v1/lab/no-op';
const BODY = { performanceId: '01900000-0000-7000-8000-000000000000', seatIds: ['A-1-1'] };
/** As long as a real token, so that as many bytes are sent. */
const TOKEN_LENGTH = 450;

export function noOpTraffic(order: NoOpOrder, target: Target, share: Share): RequestTraffic {
  const people = readPeople(order.people, share);
  const count = sharedCount(people.length, share);
  return {
    kind: 'requests',
    count: order.once ? people.length : Number.POSITIVE_INFINITY,
    request: (index) =>
      noOpRequest(target, order.method, personAt(people, order.once ? index : index % count).accessToken),
    judge: (answer) => (answer.status === 200 ? WON : judgeFailure(answer)),
  };
}

export function bareTraffic(order: BareOrder, target: Target): RequestTraffic {
  const request = noOpRequest(target, order.method, 'x'.repeat(TOKEN_LENGTH));
  return {
    kind: 'requests',
    count: Number.POSITIVE_INFINITY,
    request: () => request,
    judge: (answer) => (answer.status === 200 ? WON : judgeFailure(answer)),
  };
}

function noOpRequest(target: Target, method: 'GET' | 'POST', token: string): string {
  const headers = { Authorization: `Bearer ${token}` };
  return encodeRequest(target, { method, path: PATH, headers, ...(method === 'POST' ? { body: BODY } : {}) });
}
