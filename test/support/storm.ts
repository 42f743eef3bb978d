/**
 * A crowd that joins, holds, charges, pays and cancels at random, and remembers what it was promised, so
 * that a test can ask for it after the system was killed.
 */
export type Person = { readonly accountId: string; readonly accessToken: string };

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
  readonly address: string;
  readonly performanceId: string;
  readonly people: readonly Person[];
  readonly seatIds: readonly string[];
  readonly promises: Promises;
  /** Set when the storm shall end. */
  readonly over: AbortSignal;
};

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

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
  const path = `/v1/performances/${storm.performanceId}/room/entries`;
  const { status, body } = await call(storm, person, { method: 'POST', path, body: {} });
  if (status !== 201 && status !== 200) return undefined;
  storm.promises.entries.set(person.accountId, Number(body['number']));
  if (typeof body['pass'] === 'string') return body['pass'];
  const again = await call(storm, person, { method: 'GET', path: `${path}/me` });
  return typeof again.body['pass'] === 'string' ? again.body['pass'] : undefined;
}

/** Joins the line. @returns the number */
export async function numberOf(storm: Storm, person: Person): Promise<number> {
  const path = `/v1/performances/${storm.performanceId}/room/entries`;
  const { body } = await call(storm, person, { method: 'POST', path, body: {} });
  return Number(body['number']);
}

async function reserve(storm: Storm, person: Person, pass: string): Promise<string | undefined> {
  const seatIds = [
    ...new Set(Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => ANY(storm.seatIds))),
  ];
  const { status, body } = await call(storm, person, {
    method: 'POST',
    path: '/v1/reservations',
    body: { performanceId: storm.performanceId, seatIds },
    headers: { 'room-pass': pass },
  });
  if (status !== 201) return undefined;
  const id = String(body['id']);
  const promised = { person, expiresAt: String(body['expiresAt']), seats: seatIds, state: 'held' as const };
  storm.promises.reservations.set(id, promised);
  return id;
}

async function pay(storm: Storm, person: Person, id: string): Promise<void> {
  const charge = await call(storm, person, {
    method: 'POST',
    path: '/v1/points/charges',
    body: { amount: { amount: 900_000, currency: 'KRW' } },
  });
  if (charge.status === 201) storm.promises.charges.set(String(charge.body['id']), person.accountId);
  await changing(storm, id, async () => {
    const { entries } = storm.promises;
    const number = entries.get(person.accountId);
    // A payment that went through ends the place in line, whether or not its answer came.
    entries.delete(person.accountId);
    const path = `/v1/reservations/${id}/payments`;
    const { status } = await call(storm, person, { method: 'POST', path, body: { method: 'points' } });
    if (status !== 201 && number !== undefined) entries.set(person.accountId, number);
    return status === 201 ? 'confirmed' : undefined;
  });
}

async function cancel(storm: Storm, person: Person, id: string, later: boolean): Promise<void> {
  await changing(storm, id, async () => {
    const headers: Record<string, string> = later ? { prefer: 'respond-async' } : {};
    const path = `/v1/reservations/${id}`;
    const { status } = await call(storm, person, { method: 'DELETE', path, headers });
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

type Step = {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
};

/** @throws when no answer comes, as from a system that was killed */
async function call(
  storm: { readonly address: string },
  person: Person,
  { method, path, body, headers }: Step,
): Promise<Answer> {
  const response = await fetch(storm.address + path, {
    method,
    headers: {
      authorization: `Bearer ${person.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** Asks the system for everything it promised. @returns what is missing or different, in words */
export async function brokenPromises(storm: Storm): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [id, promised] of storm.promises.reservations) {
    const { status, body } = await call(storm, promised.person, {
      method: 'GET',
      path: `/v1/reservations/${id}`,
    });
    const complaint = status === 200 ? compare(promised, body) : `is answered ${status}`;
    if (complaint !== undefined) broken.push(`reservation ${id} ${complaint}`);
  }
  for (const [accountId, number] of storm.promises.entries) {
    const person = storm.people.find((candidate) => candidate.accountId === accountId);
    if (!person) continue;
    const path = `/v1/performances/${storm.performanceId}/room/entries/me`;
    const { status, body } = await call(storm, person, { method: 'GET', path });
    if (status !== 200 || body['number'] !== number) {
      broken.push(`place ${number} of ${accountId} is answered ${status} with ${String(body['number'])}`);
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

function compare(promised: PromisedReservation, body: Record<string, unknown>): string | undefined {
  if (body['expiresAt'] !== promised.expiresAt) return `lost its time: ${String(body['expiresAt'])}`;
  const seats = (body['seats'] as { id: string }[]).map((seat) => seat.id).toSorted();
  if (seats.join() !== promised.seats.toSorted().join()) return `has other seats: ${seats.join()}`;
  if (!MAY_BE[promised.state].includes(String(body['status'])))
    return `was ${promised.state}, is ${String(body['status'])}`;
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

async function entryIds(storm: Storm, person: Person): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let cursor = '';
  for (;;) {
    const path = `/v1/points/entries?limit=100${cursor}`;
    const { body } = await call(storm, person, { method: 'GET', path });
    for (const entry of body['items'] as { id: string }[]) ids.add(entry.id);
    if (typeof body['nextCursor'] !== 'string') return ids;
    cursor = `&cursor=${encodeURIComponent(body['nextCursor'])}`;
  }
}
