import { judgeFailure, LOST, type Verdict, WON } from '../load/outcome.ts';
import { seededRandom } from '../load/random.ts';
import { encodeRequest, type RequestParts, type Target } from '../load/request.ts';
import type { HttpAnswer } from '../load/response-parser.ts';
import type { JourneyTraffic, RequestTraffic, Visitor } from '../load/traffic.ts';
import { seatIdOf } from './seats.ts';

/**
 * The whole way to a ticket: log in, join, wait, look at the map, hold a seat, charge points, pay. Numbers of
 * people begin at `from`; they signed up before.
 */
export type BookingOrder = {
  readonly kind: 'sign-up' | 'booking';
  readonly performanceId: string;
  readonly from: number;
  readonly count: number;
};

const PRICE = 100_000;
/** A seat that was free on the map may be gone when it is asked for; people look again, but not for ever. */
const SEATS_TRIED_MAX = 5;

const credentials = (no: number) => ({
  email: `booking-${no}@lab.example`,
  password: `a password of person ${no}`,
});

/** The people of a booking, each of whom signs up once. */
export function signUpTraffic(order: BookingOrder, target: Target): RequestTraffic {
  return {
    kind: 'requests',
    count: order.count,
    request: (index) =>
      encodeRequest(target, {
        method: 'POST',
        path: '/v1/accounts',
        body: { ...credentials(order.from + index), name: `Person ${order.from + index}` },
      }),
    judge: (answer) => (answer.status === 201 ? WON : judgeFailure(answer)),
  };
}

export function bookingTraffic(order: BookingOrder, target: Target): JourneyTraffic {
  return {
    kind: 'journeys',
    count: order.count,
    walk: (visitor, index) => new Booking(order, target, visitor).walk(order.from + index),
  };
}

/** An answer that ends the way of one person. */
class End extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super('the way ended');
    this.verdict = verdict;
  }
}

type Entry = { readonly status: string; readonly pollAfterMs: number; readonly pass?: string };

class Booking {
  readonly #order: BookingOrder;
  readonly #target: Target;
  readonly #visitor: Visitor;
  readonly #headers: Record<string, string> = {};

  constructor(order: BookingOrder, target: Target, visitor: Visitor) {
    this.#order = order;
    this.#target = target;
    this.#visitor = visitor;
  }

  async walk(no: number): Promise<Verdict> {
    try {
      const body = credentials(no);
      const session = await this.#ask('log in', 201, { method: 'POST', path: '/v1/sessions', body });
      this.#headers['Authorization'] = `Bearer ${(session as { accessToken: string }).accessToken}`;
      this.#headers['Room-Pass'] = await this.#waitForPass();
      const reservationId = await this.#hold(seededRandom(no));
      const charge = { amount: { amount: PRICE, currency: 'KRW' } };
      await this.#ask('charge', 201, { method: 'POST', path: '/v1/points/charges', body: charge });
      const path = `/v1/reservations/${reservationId}/payments`;
      await this.#ask('pay', 201, { method: 'POST', path, body: { method: 'points' } });
      return WON;
    } catch (error) {
      if (error instanceof End) return error.verdict;
      throw error;
    }
  }

  async #waitForPass(): Promise<string> {
    const path = `/v1/performances/${this.#order.performanceId}/room/entries`;
    let entry = (await this.#ask('join', 201, { method: 'POST', path })) as Entry;
    while (entry.pass === undefined) {
      if (this.#visitor.stopped) throw new End({ outcome: 'error', kind: 'stopped in the line' });
      await this.#visitor.wait(entry.pollAfterMs);
      entry = (await this.#ask('poll', 200, { method: 'GET', path: `${path}/me` })) as Entry;
    }
    return entry.pass;
  }

  async #hold(random: () => number): Promise<string> {
    const { performanceId } = this.#order;
    for (let tried = 0; tried < SEATS_TRIED_MAX; tried++) {
      const path = `/v1/performances/${performanceId}/seats`;
      const map = (await this.#ask('map', 200, { method: 'GET', path })) as { state: string };
      const free = freeSeats(map.state);
      if (free.length === 0) throw new End(LOST);
      const seatNo = free[Math.floor(random() * free.length)]!;
      const body = { performanceId, seatIds: [seatIdOf(seatNo)] };
      const answer = await this.#send('hold', { method: 'POST', path: '/v1/reservations', body });
      if (answer.status === 201) return (parse(answer) as { id: string }).id;
      if (answer.status !== 409) throw new End(judgeFailure(answer));
    }
    throw new End(LOST);
  }

  async #ask(step: string, status: number, parts: RequestParts): Promise<unknown> {
    const answer = await this.#send(step, parts);
    if (answer.status !== status) throw new End(judgeFailure(answer));
    return parse(answer);
  }

  #send(step: string, parts: RequestParts): Promise<HttpAnswer> {
    return this.#visitor.send(step, encodeRequest(this.#target, { ...parts, headers: this.#headers }));
  }
}

/** Numbers of the free seats on a map, which has a character for each. */
function freeSeats(state: string): number[] {
  const free: number[] = [];
  for (let seatNo = state.indexOf('0'); seatNo >= 0; seatNo = state.indexOf('0', seatNo + 1))
    free.push(seatNo);
  return free;
}

function parse(answer: HttpAnswer): unknown {
  return JSON.parse(answer.body.toString());
}
