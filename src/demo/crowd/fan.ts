import type { Random } from '../../kernel/random.ts';
import type { SalesTerms } from '../../modules/catalogue/index.ts';
import type { CrowdAnswer, Send } from './ports.ts';
import type { SeatPicture } from './seat-picture.ts';
import type { Place, Tally } from './tally.ts';

export type FanWorld = {
  readonly terms: SalesTerms;
  readonly seats: SeatPicture;
  readonly send: Send;
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
export async function walk(world: FanWorld, token: string): Promise<void> {
  const go = world.tally.arrive();
  try {
    const pass = world.terms.roomEnabled ? await standInLine(world, token, go) : undefined;
    go('inside');
    const place = await buy(world, token, pass);
    if (place !== 'paid') await leaveRoom(world, token);
    go(place);
  } catch (error) {
    if (world.signal.aborted) go(undefined);
    else if (error instanceof Gone) go('empty');
    else go('failed');
  }
}

/** Anyone who goes without paying gives the place inside to the next; a payment does so by itself. */
async function leaveRoom(world: FanWorld, token: string): Promise<void> {
  const { performanceId, roomEnabled } = world.terms;
  if (roomEnabled) await ask(world, token, `DELETE /v1/performances/${performanceId}/room/entries/me`);
}

/** Went without: the line is closed, the sale over, everything sold. */
class Gone extends Error {}

async function standInLine(
  world: FanWorld,
  token: string,
  go: (place: Place) => void,
): Promise<string | undefined> {
  const line = `/v1/performances/${world.terms.performanceId}/room/entries`;
  let answer = await ask(world, token, `POST ${line}`);
  go('waiting');
  for (;;) {
    const { status, body } = answer;
    if (status >= 400 && status !== 503) throw new Gone();
    if (body['soldOut'] === true) {
      await leaveRoom(world, token);
      throw new Gone();
    }
    if (body['status'] === 'admitted') return typeof body['pass'] === 'string' ? body['pass'] : undefined;
    const pollAfterMs = Number(body['pollAfterMs'] ?? 2_000);
    await world.pause(Math.max(500, pollAfterMs));
    answer = await ask(world, token, `GET ${line}/me`);
  }
}

async function buy(world: FanWorld, token: string, pass: string | undefined): Promise<Place> {
  const { terms, random, tally } = world;
  const { performanceId } = terms;
  const party = 1 + random.below(Math.min(PARTY_MAX, terms.limitPerPerson));
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    await world.pause(THINK_MS.min + random.float() * THINK_MS.more);
    const seatNos = await world.seats.choose(party);
    if (seatNos.length === 0) return 'empty';
    const seatIds = seatNos.map((seatNo) => terms.seatAt(seatNo).id);
    const held = await ask(world, token, 'POST /v1/reservations', { performanceId, seatIds }, pass);
    if (held.status === 201) return pay(world, token, held, seatNos);
    if (held.status === 403) return 'empty';
  }
  tally.countRefusal('gave_up');
  return 'empty';
}

async function pay(
  world: FanWorld,
  token: string,
  held: CrowdAnswer,
  seatNos: readonly number[],
): Promise<Place> {
  const { terms, random, tally } = world;
  await world.pause(THINK_MS.min + random.float() * THINK_MS.more);
  if (random.float() < DROPPED_SHARE) {
    const id = String(held.body['id']);
    // Half of them say so; the others' holds lapse.
    if (random.float() < 0.5) await ask(world, token, `DELETE /v1/reservations/${id}`);
    return 'dropped';
  }
  const amount = seatNos.reduce((sum, seatNo) => sum + terms.priceOf(seatNo), 0);
  if (amount > 0) await ask(world, token, 'POST /v1/points/charges', { amount: { amount, currency: 'KRW' } });
  const payments = `POST /v1/reservations/${String(held.body['id'])}/payments`;
  const paid = await ask(world, token, payments, { method: 'points' });
  if (paid.status !== 201) return 'failed';
  tally.pay(seatNos.length);
  return 'paid';
}

/** One request; what is no success is counted by its code. */
async function ask(
  { send, tally, signal }: FanWorld,
  token: string,
  request: string,
  body?: object,
  pass?: string,
): Promise<CrowdAnswer> {
  const answer = await send(request, { token, signal, pass, ...(body === undefined ? {} : { body }) });
  const { code } = answer.body;
  if (answer.status >= 400) tally.countRefusal(typeof code === 'string' ? code : String(answer.status));
  return answer;
}
