import type { HoldRequest } from '../../../modules/reservations/index.ts';

/** Array literals under construction, one for each array parameter of `hold_seats`. */
type Literals = {
  ids: string;
  performances: string;
  accounts: string;
  firsts: string;
  counts: string;
  amounts: string;
  limits: string;
  ttls: string;
  traces: string;
  seatRequests: string;
  seatNos: string;
  seatPrices: string;
};

/**
 * The parameters of `hold_seats` as array literals in text. The driver would quote and
 * escape every element of an array; numbers and UUIDs need none of it, which saves half of the client's time.
 */
export function holdParameters(requests: readonly HoldRequest[], at: number): unknown[] {
  const literals: Literals = {
    ids: '',
    performances: '',
    accounts: '',
    firsts: '',
    counts: '',
    amounts: '',
    limits: '',
    ttls: '',
    traces: '',
    seatRequests: '',
    seatNos: '',
    seatPrices: '',
  };
  let first = 1;
  let number = 0;
  for (const request of requests) {
    appendRequest(literals, request, ++number, first);
    first += request.seatNos.length;
  }
  const arrays = Object.values(literals).map((elements) => `{${elements.slice(1)}}`);
  return [...arrays, new Date(at)];
}

function appendRequest(literals: Literals, request: HoldRequest, number: number, first: number): void {
  literals.ids += `,${request.reservationId}`;
  literals.performances += `,${request.performanceId}`;
  literals.accounts += `,${request.accountId}`;
  literals.firsts += `,${first}`;
  literals.counts += `,${request.seatNos.length}`;
  literals.amounts += `,${request.amount}`;
  literals.limits += `,${request.limitPerPerson}`;
  literals.ttls += `,${request.holdTtlMs}`;
  literals.traces += request.trace === undefined ? ',NULL' : `,${quote(request.trace)}`;
  for (let i = 0; i < request.seatNos.length; i++) {
    literals.seatRequests += `,${number}`;
    literals.seatNos += `,${request.seatNos[i]}`;
    literals.seatPrices += `,${request.prices[i]}`;
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
