import { buy, type Fan, findSeats, freeSeats, standInLine } from '../../traffic/fan.ts';
import { type Answer, type ApiRequest, logIn, readSeats, signUp } from '../../traffic/requests.ts';
import { judgeFailure, LOST, type Verdict, WON } from '../load/outcome.ts';
import { seededRandom } from '../load/random.ts';
import { encodeRequest, type Target } from '../load/request.ts';
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
      encodeRequest(
        target,
        signUp({ ...credentials(order.from + index), name: `Person ${order.from + index}` }),
      ),
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

class Booking implements Fan {
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
      const session = await this.send(logIn(credentials(no)));
      this.#headers['Authorization'] = `Bearer ${session.body.accessToken}`;
      const line = await standInLine(this, this.#order.performanceId);
      if (line.kind !== 'admitted') return LOST;
      this.#headers['Room-Pass'] = line.pass ?? '';
      const found = await this.#findSeat(seededRandom(no));
      if (found.kind !== 'held') return LOST;
      const isPaid = await buy(this, found.reservationId, PRICE);
      return isPaid ? WON : { outcome: 'error', kind: 'not paid' };
    } catch (error) {
      if (error instanceof End) return error.verdict;
      throw error;
    }
  }

  #findSeat(random: () => number) {
    const { performanceId } = this.#order;
    return findSeats(this, {
      performanceId,
      triesMax: SEATS_TRIED_MAX,
      choose: async () => {
        const free = freeSeats(await this.send(readSeats(performanceId)));
        const seatNo = free[Math.floor(random() * free.length)];
        return seatNo === undefined ? [] : [seatIdOf(seatNo)];
      },
    });
  }

  /** @throws End for an answer with which the way ends: any failure, but that others were faster */
  async send<T>(request: ApiRequest<T>): Promise<Answer<T>> {
    const { step = '' } = request;
    const parts = { ...request, headers: this.#headers };
    const answer = await this.#visitor.send(step, encodeRequest(this.#target, parts));
    const wasTooLate = step === 'hold' && answer.status === 409;
    if (answer.status >= 400 && !wasTooLate) throw new End(judgeFailure(answer));
    return { status: answer.status, body: JSON.parse(answer.body.toString()) as Answer<T>['body'] };
  }

  async pause(ms: number): Promise<void> {
    if (this.#visitor.stopped) throw new End({ outcome: 'error', kind: 'stopped in the line' });
    await this.#visitor.wait(ms);
  }
}
