import { readFile } from 'node:fs/promises';
import { ApiClient, type From } from '../../traffic/api-client.ts';
import { type ApiRequest, holdSeats, readSeats, requestOf } from '../../traffic/requests.ts';
import { ROW_SEATS, SECTION, seatIdOf } from '../traffic/seats.ts';
import type { System } from './system.ts';

/** The seller of the demo data: documented, the same on every system in demo mode. */
const SELLER = { email: 'seller@demo.example', password: 'demo-seller-1' };
const DAY_MS = 86_400_000;
/** Holds must outlive a run, so that what was won is there when it is counted. */
const HOLD_TTL_MS = 3_600_000;

/** A venue of the lab's own on a system: shows are put on in it as they are needed. */
export class TestVenue {
  readonly #client: ApiClient;
  readonly #seller: From;
  readonly #stageIds = new Map<number, string>();
  #concertId = '';

  private constructor(client: ApiClient, seller: From) {
    this.#client = client;
    this.#seller = seller;
  }

  static async open(system: System): Promise<TestVenue> {
    const client = new ApiClient(system.address);
    const venue = new TestVenue(client, await client.logIn(SELLER));
    venue.#concertId = await venue.#create('/v1/concerts', { title: 'Lab', artist: 'Lab' });
    return venue;
  }

  /** Puts on a performance that is on sale now, of `seats` seats named as in traffic/seats.ts. @returns its id */
  async putOn(seats: number): Promise<string> {
    const now = Date.now();
    const at = (ms: number) => new Date(ms).toISOString();
    const path = `/v1/concerts/${this.#concertId}/performances`;
    return this.#create(path, {
      stageId: await this.#stageOf(seats),
      startsAt: at(now + 2 * DAY_MS),
      opensAt: at(now - 60_000),
      closesAt: at(now + DAY_MS),
      prices: { R: { amount: 100_000, currency: 'KRW' } },
      limitPerPerson: 4,
      holdTtlMs: HOLD_TTL_MS,
      roomEnabled: true,
    });
  }

  async setRoom(
    performanceId: string,
    room: { ratePerSecond?: number; concurrency?: number },
  ): Promise<void> {
    await this.#ask(requestOf(`PATCH /v1/performances/${performanceId}/room`, room));
  }

  /** People who joined the line, as the system counts them now. */
  lineOf(performanceId: string): Promise<{ readonly waiting: number; readonly admittedTotal: number }> {
    return this.#ask(requestOf(`GET /v1/performances/${performanceId}/room`));
  }

  /** The live map: a character for each seat, as of a version. */
  async seatsOf(performanceId: string): Promise<{ readonly version: number; readonly state: string }> {
    const { version, state } = await this.#ask(readSeats(performanceId));
    return { version, state };
  }

  /**
   * Takes the first seat of a performance for the first person of a file, so that those who come after can
   * lose to somebody. @throws Error when the seat is not to be had
   */
  async takeFirstSeat(performanceId: string, people: string): Promise<void> {
    const [line = ''] = (await readFile(people, 'utf8')).split('\n', 1);
    await this.#client.ask(holdSeats(performanceId, [seatIdOf(0)]), JSON.parse(line) as From);
  }

  /** One stage for each size: performances of one size share their plan. */
  async #stageOf(seats: number): Promise<string> {
    const known = this.#stageIds.get(seats);
    if (known !== undefined) return known;
    const stages = [{ name: `${seats} seats`, plan: planOf(seats) }];
    const body = { name: 'Lab', address: '', stages };
    const request = requestOf<{ stages: readonly { id: string }[] }>('POST /v1/venues', body);
    const venue = await this.#ask(request);
    const id = venue.stages[0]!.id;
    this.#stageIds.set(seats, id);
    return id;
  }

  async #create(path: string, body: object): Promise<string> {
    return (await this.#ask(requestOf<{ id: string }>(`POST ${path}`, body))).id;
  }

  #ask<T>(request: ApiRequest<T>): Promise<T> {
    return this.#client.ask(request, this.#seller);
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
