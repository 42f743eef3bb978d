import type { ApiClient } from '../../../traffic/api-client.ts';
import { buy, type Fan, findSeats, standInLine } from '../../../traffic/fan.ts';
import { type Answer, type ApiRequest, cancel, leaveLine } from '../../../traffic/requests.ts';
import type { Random } from '../../kernel/random.ts';
import type { SalesTerms } from '../../modules/catalogue/index.ts';
import type { SeatPicture } from './seat-picture.ts';
import type { Place, Tally } from './tally.ts';

export type FanWorld = {
  readonly terms: SalesTerms;
  readonly seats: SeatPicture;
  readonly client: ApiClient;
  readonly tally: Tally;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Rejects when the crowd is sent away. */
  readonly pause: (ms: number) => Promise<void>;
};

/** How often somebody tries other seats when others were faster. */
const TRIES_MAX = 6;
const PARTY_MAX = 2;
/** The share of those who think better of it when they have seats. */
const DROPPED_SHARE = 0.12;
const THINK_MS = { min: 300, more: 1_500 };

/** The way of one fan, over HTTP like anybody's: stands in line, chooses, holds, pays, or goes without. */
export async function walk(world: FanWorld, accessToken: string): Promise<void> {
  const go = world.tally.arrive();
  const { performanceId, roomEnabled } = world.terms;
  try {
    const place = await new Guest(world, accessToken).visit(go);
    // Anyone who goes without paying gives the place inside to the next; a payment does so by itself.
    if (roomEnabled && place !== 'paid')
      await world.client.send(leaveLine(performanceId), { accessToken, signal: world.signal });
    go(place);
  } catch {
    go(world.signal.aborted ? undefined : 'failed');
  }
}

class Guest implements Fan {
  readonly #world: FanWorld;
  readonly #accessToken: string;
  #pass: string | undefined;

  constructor(world: FanWorld, accessToken: string) {
    this.#world = world;
    this.#accessToken = accessToken;
  }

  /** Sends one request; what is no success is counted by its code. */
  async send<T>(request: ApiRequest<T>): Promise<Answer<T>> {
    const { client, tally, signal } = this.#world;
    const answer = await client.send(request, { accessToken: this.#accessToken, pass: this.#pass, signal });
    if (answer.status >= 400) tally.countRefusal(answer.body.code ?? String(answer.status));
    return answer;
  }

  pause(ms: number): Promise<void> {
    return this.#world.pause(ms);
  }

  async visit(go: (place: Place) => void): Promise<Place> {
    const { terms, tally } = this.#world;
    if (terms.roomEnabled) {
      go('waiting');
      const end = await standInLine(this, terms.performanceId);
      if (end.kind !== 'admitted') return 'empty';
      this.#pass = end.pass;
    }
    go('inside');
    const found = await this.#findSeats();
    if (found.kind === 'gave-up') tally.countRefusal('gave_up');
    return found.kind === 'held' ? this.#decide(found) : 'empty';
  }

  async #findSeats() {
    const { terms, seats, random } = this.#world;
    const party = 1 + random.below(Math.min(PARTY_MAX, terms.limitPerPerson));
    let seatNos: readonly number[] = [];
    const end = await findSeats(this, {
      performanceId: terms.performanceId,
      triesMax: TRIES_MAX,
      choose: async () => {
        await this.#think();
        seatNos = await seats.choose(party);
        return seatNos.map((seatNo) => terms.seatAt(seatNo).id);
      },
    });
    return { ...end, seatNos };
  }

  async #decide({
    reservationId,
    seatNos,
  }: {
    reservationId: string;
    seatNos: readonly number[];
  }): Promise<Place> {
    const { terms, random, tally } = this.#world;
    await this.#think();
    if (random.float() < DROPPED_SHARE) {
      // Half of them say so; the others' holds lapse.
      if (random.float() < 0.5) await this.send(cancel(reservationId));
      return 'dropped';
    }
    const amount = seatNos.reduce((sum, seatNo) => sum + terms.priceOf(seatNo), 0);
    if (!(await buy(this, reservationId, amount))) return 'failed';
    tally.pay(seatNos.length);
    return 'paid';
  }

  #think(): Promise<void> {
    const { min, more } = THINK_MS;
    return this.#world.pause(min + this.#world.random.float() * more);
  }
}
