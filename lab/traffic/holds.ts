import { judgeFailure, LOST, WON } from '../load/outcome.ts';
import { encodeRequest, type Target } from '../load/request.ts';
import type { RequestTraffic, Share } from '../load/traffic.ts';
import { personAt, readPeople } from './people-file.ts';
import { seatIdOf } from './seats.ts';

/** People with passes for one performance, each for one seat of their own. */
export type Sale = {
  readonly performanceId: string;
  readonly people: string;
  readonly count: number;
};

/**
 * Holds of seats, sale after sale, one for each person. `own`: everybody holds a seat that nobody else
 * wants, in an order that jumps over the plan; `hot`: all of them the same; `taken`: one that is gone.
 */
export type HoldsOrder = {
  readonly kind: 'holds';
  readonly sales: readonly Sale[];
  readonly seat: 'own' | 'hot' | 'taken';
};

/** A prime that no capacity here is a multiple of: n · STRIDE mod count visits each seat once. */
const STRIDE = 7_919;
/** Seat 0 was taken before. Those that people want come after it. */
const FREE_FROM = 1;
const seatNoOf = { taken: 0, hot: FREE_FROM } as const;

export function holdsTraffic(order: HoldsOrder, target: Target, share: Share): RequestTraffic {
  const sales = order.sales.map((sale) => ({ ...sale, people: readPeople(sale.people, share) }));
  const each = sales[0]?.count ?? 0;
  if (sales.some((sale) => sale.count !== each || each % share.of !== 0))
    throw new Error('sales must be of one size that the processes can share evenly');
  return {
    kind: 'requests',
    count: each * sales.length,
    request(index) {
      const { people } = sales[Math.floor(index / each)]!;
      const { performanceId, seatNo } = holdOf(order, index);
      const person = personAt(people, index % each);
      return holdRequest(target, { ...person, performanceId, seatId: seatIdOf(seatNo) });
    },
    judge(answer) {
      if (answer.status === 201) return WON;
      if (answer.status === 409 && answer.body.includes('"seat_taken"')) return LOST;
      return judgeFailure(answer);
    },
  };
}

/** Which seat the attempt of this number is for. */
export function holdOf({ sales, seat }: HoldsOrder, index: number) {
  const each = sales[0]?.count ?? 0;
  const { performanceId } = sales[Math.floor(index / each)]!;
  const seatNo = seat === 'own' ? FREE_FROM + (((index % each) * STRIDE) % each) : seatNoOf[seat];
  return { performanceId, seatNo };
}

type Hold = {
  readonly accessToken: string;
  readonly pass?: string;
  readonly performanceId: string;
  readonly seatId: string;
};

function holdRequest(target: Target, { accessToken, pass, performanceId, seatId }: Hold): string {
  const headers = { Authorization: `Bearer ${accessToken}`, ...(pass ? { 'Room-Pass': pass } : {}) };
  const body = `{"performanceId":"${performanceId}","seatIds":["${seatId}"]}`;
  return encodeRequest(target, { method: 'POST', path: '/v1/reservations', headers, body });
}
