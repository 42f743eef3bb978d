import { ROW_SEATS, SECTION } from '../traffic/seats.ts';
import { Api } from './api.ts';
import type { System } from './system.ts';

/** The seller of the demo data: documented, the same on every system in demo mode. */
const SELLER = { email: 'seller@demo.example', password: 'demo-seller-1' };
const DAY_MS = 86_400_000;
/** Holds must outlive a run, so that what was won is there when it is counted. */
const HOLD_TTL_MS = 3_600_000;

/** A venue of the lab's own on a system: shows are put on in it as they are needed. */
export class TestVenue {
  readonly #api: Api;
  readonly #stageIds = new Map<number, string>();
  readonly #concertId: string;

  private constructor(api: Api, concertId: string) {
    this.#api = api;
    this.#concertId = concertId;
  }

  static async open(system: System): Promise<TestVenue> {
    const api = await new Api(system.address).logIn(SELLER.email, SELLER.password);
    const concert = await api.ask<{ id: string }>('POST', '/v1/concerts', { title: 'Lab', artist: 'Lab' });
    return new TestVenue(api, concert.id);
  }

  /** Puts on a performance that is on sale now, of `seats` seats named as in traffic/seats.ts. @returns its id */
  async putOn(seats: number): Promise<string> {
    const now = Date.now();
    const at = (ms: number) => new Date(ms).toISOString();
    const path = `/v1/concerts/${this.#concertId}/performances`;
    const performance = await this.#api.ask<{ id: string }>('POST', path, {
      stageId: await this.#stageOf(seats),
      startsAt: at(now + 2 * DAY_MS),
      opensAt: at(now - 60_000),
      closesAt: at(now + DAY_MS),
      prices: { R: { amount: 100_000, currency: 'KRW' } },
      limitPerPerson: 4,
      holdTtlMs: HOLD_TTL_MS,
      roomEnabled: true,
    });
    return performance.id;
  }

  async setRoom(
    performanceId: string,
    room: { ratePerSecond?: number; concurrency?: number },
  ): Promise<void> {
    await this.#api.ask('PATCH', `/v1/performances/${performanceId}/room`, room);
  }

  /** People who joined the line, as the system counts them now. */
  lineOf(performanceId: string): Promise<{ readonly waiting: number; readonly admittedTotal: number }> {
    return this.#api.ask('GET', `/v1/performances/${performanceId}/room`);
  }

  /** The live map: a character for each seat, as of a version. */
  async seatsOf(performanceId: string): Promise<{ readonly version: number; readonly state: string }> {
    const path = `/v1/performances/${performanceId}/seats`;
    const { version, state } = await this.#api.ask<{ version: number; state: string }>('GET', path);
    return { version, state };
  }

  /** One stage for each size: performances of one size share their plan. */
  async #stageOf(seats: number): Promise<string> {
    const known = this.#stageIds.get(seats);
    if (known !== undefined) return known;
    const venue = await this.#api.ask<{ stages: readonly { id: string }[] }>('POST', '/v1/venues', {
      name: 'Lab',
      address: '',
      stages: [{ name: `${seats} seats`, plan: planOf(seats) }],
    });
    const id = venue.stages[0]!.id;
    this.#stageIds.set(seats, id);
    return id;
  }
}

function planOf(seats: number): object {
  const rows = Array.from({ length: Math.ceil(seats / ROW_SEATS) }, (_, row) => ({
    id: String(row + 1),
    runs: [
      {
        grade: 'R',
        first: 1,
        count: Math.min(ROW_SEATS, seats - row * ROW_SEATS),
        at: [0, row * 100],
        by: [50, 0],
      },
    ],
  }));
  // A section takes 500 rows at most; beyond 25,000 seats the names would need a second one.
  return { sections: [{ id: SECTION, rows }] };
}
