/** Bookings at a fixed rate, by which benchmarks see what people notice of other work. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type From } from '../../traffic/api-client.ts';
import { cancel, holdSeats, requestOf } from '../../traffic/requests.ts';
import { makePeople } from './system.ts';

const BOOKINGS_PER_SECOND = 300;
const PEOPLE = 500;
const SEATS = 2_000;
const LOOK_MS = 250;

export type Spread = {
  readonly holds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

/** People who hold a seat and give it back, each at the moment that a clock says, whatever the answers take. */
export class Bookings {
  readonly #client: ApiClient;
  readonly #people: readonly From[];
  readonly #performanceId: string;

  private constructor(client: ApiClient, people: readonly From[], performanceId: string) {
    this.#client = client;
    this.#people = people;
    this.#performanceId = performanceId;
  }

  static async open(address: string, dataDir: string): Promise<Bookings> {
    const client = new ApiClient(address, { socketsMax: 200 });
    const seller = await client.logIn({ email: 'seller@demo.example', password: 'demo-seller-1' });
    const runs = [{ grade: 'R', first: 1, count: SEATS, at: [0, 0], by: [1, 0] }];
    const stages = [{ name: 'Main', plan: { sections: [{ id: 'A', rows: [{ id: '1', runs }] }] } }];
    const ask = (words: string, body: object) =>
      client.ask(requestOf<{ id: string; stages: { id: string }[] }>(words, body), seller);
    const venue = await ask('POST /v1/venues', { name: 'Hall', address: '1 Test Street', stages });
    const concert = await ask('POST /v1/concerts', { title: 'Evening', artist: 'Quartet' });
    const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const sale = await ask(`POST /v1/concerts/${concert.id}/performances`, {
      stageId: venue.stages[0]!.id,
      startsAt: inHours(48),
      opensAt: inHours(-1),
      prices: { R: { amount: 1_000, currency: 'KRW' } },
      roomEnabled: false,
    });
    return new Bookings(client, await makePeople(dataDir, PEOPLE), sale.id);
  }

  /** Holds while `work` goes on. @returns how many ms each took, from when it was to leave */
  async run(work: () => Promise<unknown>): Promise<readonly number[]> {
    const tookMs: number[] = [];
    const under: Promise<void>[] = [];
    let isOver = false;
    const working = work().finally(() => (isOver = true));
    const startedAt = performance.now();
    // A hold and its return are two requests.
    const everyMs = 2_000 / BOOKINGS_PER_SECOND;
    for (let index = 0; !isOver; index++) {
      const dueAt = startedAt + index * everyMs;
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      under.push(this.#book(index, dueAt, tookMs));
    }
    await Promise.all([working, ...under]);
    return tookMs;
  }

  async #book(index: number, dueAt: number, tookMs: number[]): Promise<void> {
    const who = this.#people[index % PEOPLE]!;
    const hold = holdSeats(this.#performanceId, [`A-1-${(index % SEATS) + 1}`]);
    const { id } = await this.#client.ask(hold, who);
    tookMs.push(performance.now() - dueAt);
    await this.#client.ask(cancel(id), who);
  }
}

/** What bookings took beside other work, as a multiple of what they took without. */
export function compare(controlMs: readonly number[], duringMs: readonly number[]) {
  const [control, during] = [spread(controlMs), spread(duringMs)];
  return {
    bookings: { perSecond: BOOKINGS_PER_SECOND, control, during },
    ratio: {
      p50: rounded(during.p50Ms / control.p50Ms),
      p99: rounded(during.p99Ms / control.p99Ms),
    },
  };
}

function spread(tookMs: readonly number[]): Spread {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? 0);
  return { holds: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: rounded(sorted.at(-1) ?? 0) };
}

export async function untilOver(isOver: () => Promise<boolean>): Promise<void> {
  while (!(await isOver())) await sleep(LOOK_MS);
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
