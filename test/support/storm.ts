/**
 * A crowd that joins, holds, charges, pays and cancels at random, and remembers what it was promised, so
 * that a test can ask for it after the system was killed.
 */
import type { ApiClient, From } from '../../traffic/api-client.ts';
import type { Answer, ApiRequest, Reservation } from '../../traffic/requests.ts';
import * as requests from '../../traffic/requests.ts';
import type { Person } from './system.ts';

/** What a person was answered with success. An attempt whose answer never came proves nothing. */
export type Promises = {
  readonly entries: Map<string, number>;
  readonly reservations: Map<string, PromisedReservation>;
  readonly charges: Map<string, string>;
};

export type PromisedReservation = {
  readonly person: Person;
  readonly expiresAt: string;
  readonly seats: readonly string[];
  /** How far it came by what was answered; `unsure` once something was asked whose answer is missing. */
  state: 'held' | 'confirmed' | 'cancelled' | 'unsure';
};

export type Storm = {
  readonly client: ApiClient;
  readonly performanceId: string;
  readonly people: readonly Person[];
  readonly seatIds: readonly string[];
  readonly promises: Promises;
  /** Set when the storm shall end. */
  readonly over: AbortSignal;
};

const ANY = <T>(items: readonly T[]): T => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
};

/** Runs `workers` chains of random steps until the storm is over or the system is gone. */
export async function rage(storm: Storm, workers: number): Promise<void> {
  const chains = Array.from({ length: workers }, async (_, index) => {
    // Each worker has people of its own, so that what one person was promised is known in order.
    const mine = storm.people.filter((_person, at) => at % workers === index);
    while (!storm.over.aborted) await visit(storm, ANY(mine)).catch(() => undefined);
  });
  await Promise.all(chains);
}

/** One person's visit: into the line, to the seats, perhaps to the till, perhaps away again. */
async function visit(storm: Storm, person: Person): Promise<void> {
  const pass = await join(storm, person);
  if (pass === undefined) return;
  const id = await reserve(storm, person, pass);
  if (id === undefined) return;
  const dice = Math.random();
  if (dice < 0.5) await pay(storm, person, id);
  if (dice > 0.35 && dice < 0.75) await cancel(storm, person, id, dice < 0.55);
}

async function join(storm: Storm, person: Person): Promise<string | undefined> {
  const { performanceId } = storm;
  const { status, body } = await send(storm, person, requests.joinLine(performanceId));
  if (status !== 201 && status !== 200) return undefined;
  storm.promises.entries.set(person.accountId, Number(body.number));
  if (body.pass !== undefined) return body.pass;
  const again = await send(storm, person, requests.readPlace(performanceId));
  return again.body.pass;
}

/** Joins the line. @returns the number */
export async function numberOf(storm: Storm, person: Person): Promise<number> {
  const { body } = await send(storm, person, requests.joinLine(storm.performanceId));
  return Number(body.number);
}

async function reserve(storm: Storm, person: Person, pass: string): Promise<string | undefined> {
  const seatIds = [
    ...new Set(Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => ANY(storm.seatIds))),
  ];
  const hold = requests.holdSeats(storm.performanceId, seatIds);
  const { status, body } = await send(storm, person, hold, { pass });
  if (status !== 201) return undefined;
  const id = String(body.id);
  const promised = { person, expiresAt: String(body.expiresAt), seats: seatIds, state: 'held' as const };
  storm.promises.reservations.set(id, promised);
  return id;
}

async function pay(storm: Storm, person: Person, id: string): Promise<void> {
  const charge = await send(storm, person, requests.chargePoints(900_000));
  if (charge.status === 201) storm.promises.charges.set(String(charge.body.id), person.accountId);
  await changing(storm, id, async () => {
    const { entries } = storm.promises;
    const number = entries.get(person.accountId);
    // A payment that went through ends the place in line, whether or not its answer came.
    entries.delete(person.accountId);
    const { status } = await send(storm, person, requests.payWithPoints(id));
    if (status !== 201 && number !== undefined) entries.set(person.accountId, number);
    return status === 201 ? 'confirmed' : undefined;
  });
}

async function cancel(storm: Storm, person: Person, id: string, later: boolean): Promise<void> {
  await changing(storm, id, async () => {
    const headers: Record<string, string> = later ? { prefer: 'respond-async' } : {};
    const { status } = await send(storm, person, requests.cancel(id), { headers });
    return status === 200 || status === 202 ? 'cancelled' : undefined;
  });
}

/** While a change is asked for, its outcome is open; it stays so when no answer comes. */
async function changing(
  storm: Storm,
  id: string,
  change: () => Promise<PromisedReservation['state'] | undefined>,
): Promise<void> {
  const promised = storm.promises.reservations.get(id);
  if (!promised) return;
  const before = promised.state;
  promised.state = 'unsure';
  promised.state = (await change()) ?? before;
}

/** @throws when no answer comes, as from a system that was killed, or a gateway says that it got none */
async function send<T>(
  { client }: Pick<Storm, 'client'>,
  { accessToken }: Person,
  request: ApiRequest<T>,
  more: Omit<From, 'accessToken'> = {},
): Promise<Answer<T>> {
  const answer = await client.send(request, { accessToken, ...more });
  if (answer.status === 502 || answer.status === 504) throw new Error(`no answer: ${answer.body.code}`);
  return answer;
}

/** Asks the system for everything it promised. @returns what is missing or different, in words */
export async function brokenPromises(storm: Storm): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [id, promised] of storm.promises.reservations) {
    const read = requests.requestOf<Reservation>(`GET /v1/reservations/${id}`);
    const { status, body } = await send(storm, promised.person, read);
    const complaint = status === 200 ? compare(promised, body) : `is answered ${status}`;
    if (complaint !== undefined) broken.push(`reservation ${id} ${complaint}`);
  }
  for (const [accountId, number] of storm.promises.entries) {
    const person = storm.people.find((candidate) => candidate.accountId === accountId);
    if (!person) continue;
    const { status, body } = await send(storm, person, requests.readPlace(storm.performanceId));
    if (status !== 200 || body.number !== number) {
      broken.push(`place ${number} of ${accountId} is answered ${status} with ${body.number}`);
    }
  }
  return [...broken, ...(await missingCharges(storm))];
}

const MAY_BE: Readonly<Record<PromisedReservation['state'], readonly string[]>> = {
  held: ['held', 'expired'],
  confirmed: ['confirmed'],
  cancelled: ['cancelled', 'cancelling'],
  unsure: ['held', 'expired', 'confirmed', 'cancelled', 'cancelling'],
};

function compare(promised: PromisedReservation, body: Answer<Reservation>['body']): string | undefined {
  if (body.expiresAt !== promised.expiresAt) return `lost its time: ${body.expiresAt}`;
  const seats = (body.seats ?? []).map((seat) => seat.id).toSorted();
  if (seats.join() !== promised.seats.toSorted().join()) return `has other seats: ${seats.join()}`;
  if (!MAY_BE[promised.state].includes(String(body.status)))
    return `was ${promised.state}, is ${body.status}`;
  return undefined;
}

async function missingCharges(storm: Storm): Promise<readonly string[]> {
  const missing: string[] = [];
  const byPerson = Map.groupBy(storm.promises.charges, ([, accountId]) => accountId);
  for (const [accountId, charges] of byPerson) {
    const person = storm.people.find((candidate) => candidate.accountId === accountId);
    const seen = person ? await entryIds(storm, person) : new Set<string>();
    for (const [id] of charges) if (!seen.has(id)) missing.push(`charge ${id} is gone`);
  }
  return missing;
}

type Page = { readonly items: readonly { readonly id: string }[]; readonly nextCursor: string | null };

async function entryIds(storm: Storm, person: Person): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let cursor = '';
  for (;;) {
    const list = requests.requestOf<Page>(`GET /v1/points/entries?limit=100${cursor}`);
    const { items = [], nextCursor } = (await send(storm, person, list)).body;
    for (const entry of items) ids.add(entry.id);
    if (typeof nextCursor !== 'string') return ids;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
