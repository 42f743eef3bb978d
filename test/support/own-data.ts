import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { encodeRequest, type Target } from '../../lab/load/request.ts';
import { type HttpAnswer, ResponseParser } from '../../lab/load/response-parser.ts';
import { createAccountStore } from '../../src/adapters/postgres/identity/account-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { AccessApp } from './access/app.ts';
import { ask } from './access/request.ts';
import { accessTokenOf } from './access-token.ts';
import { inHours, won } from './catalogue.ts';
import { addGivenUpRequest } from './queued-request.ts';

/** Somebody with one of everything that people can have, and no two of them with the same. */
export type Owner = {
  readonly index: number;
  readonly id: string;
  readonly token: string;
  readonly email: string;
  readonly charged: number;
  readonly isSeller: boolean;
  entryNumber: number;
  reservationId: string;
  /** By card, for that reservation; not agreed to yet. */
  paymentId: string;
  /** A write that had waited in the request queue; its body names their address. */
  queuedRequestId: string;
  ticketId: string;
  ticketCode: string;
  venueId: string;
  concertId: string;
  performanceId: string;
  /** A performance of theirs that was postponed, then cancelled. */
  calledOffId: string;
};

const PRICE = 1_000;
/** One in so many sells as well. */
const SELLERS = 10;
const SEATS_IN_ROW = 500;
/** People who are equipped at a time. */
const AT_ONCE = 100;

const venueBody = (name: string, rows: number) => ({
  name,
  address: '1 Test Street',
  stages: [
    {
      name: 'Main',
      plan: {
        sections: [
          {
            id: 'A',
            rows: Array.from({ length: rows }, (_, index) => ({
              id: String(index + 1),
              runs: [{ grade: 'R', first: 1, count: SEATS_IN_ROW, at: [0, index], by: [1, 0] }],
            })),
          },
        ],
      },
    },
  ],
});

export type Owners = { readonly people: readonly Owner[]; readonly roomPerformanceId: string };

/** Lets so many people have an account, points, a place in line, a hold and a ticket; the tenth part sells something. */
export async function makeOwners(system: AccessApp, count: number): Promise<Owners> {
  const people = await makeAccounts(system, count);
  const made = async (person: Owner, request: string, body?: object) => {
    const answer = await ask(system.app.server, request, { token: person.token, body });
    assert.ok(answer.status < 300, `${request}: ${JSON.stringify(answer.body)}`);
    return answer.body as { readonly id: string } & typeof answer.body;
  };
  const sell = async (person: Owner, name: string, rows: number) => {
    const venue = await made(person, 'POST /v1/venues', venueBody(name, rows));
    const [stage] = venue['stages'] as readonly { readonly id: string }[];
    const concert = await made(person, 'POST /v1/concerts', { title: name, artist: name });
    const performance = (roomEnabled: boolean) =>
      made(person, `POST /v1/concerts/${concert.id}/performances`, {
        stageId: stage!.id,
        startsAt: inHours(48),
        opensAt: inHours(-1),
        prices: { R: won(PRICE) },
        limitPerPerson: 4,
        roomEnabled,
      });
    return { venueId: venue.id, concertId: concert.id, performance };
  };
  const [host] = await makeAccounts(system, 1, 'host');
  const sale = await sell(host!, 'Everybody', Math.ceil((2 * count) / SEATS_IN_ROW));
  const [hall, room] = [await sale.performance(false), await sale.performance(true)];
  const seat = (index: number) => `A-${Math.floor(index / SEATS_IN_ROW) + 1}-${(index % SEATS_IN_ROW) + 1}`;
  const equip = async (person: Owner) => {
    const hold = (index: number) =>
      made(person, 'POST /v1/reservations', { performanceId: hall.id, seatIds: [seat(index)] });
    await made(person, 'POST /v1/points/charges', { amount: won(person.charged) });
    const entry = await made(person, `POST /v1/performances/${room.id}/room/entries`);
    person.entryNumber = entry['number'] as number;
    const bought = await hold(2 * person.index);
    await made(person, `POST /v1/reservations/${bought.id}/payments`, { method: 'points' });
    person.reservationId = (await hold(2 * person.index + 1)).id;
    const card = { method: 'card' };
    person.paymentId = (
      await made(person, `POST /v1/reservations/${person.reservationId}/payments`, card)
    ).id;
    person.queuedRequestId = await addGivenUpRequest(system.database, person.id, person.email);
    const { items } = await made(person, 'GET /v1/tickets');
    const [ticket] = items as readonly { readonly id: string; readonly code: string }[];
    person.ticketId = ticket!.id;
    person.ticketCode = ticket!.code;
    if (!person.isSeller) return;
    const { performance, ...own } = await sell(person, `Show ${person.index}`, 1);
    const [open, calledOff] = [await performance(true), await performance(false)];
    Object.assign(person, own, { performanceId: open.id, calledOffId: calledOff.id });
    await made(person, `POST /v1/performances/${calledOff.id}/postponement`, { startsAt: inHours(72) });
    await made(person, `POST /v1/performances/${calledOff.id}/cancellation`, { reason: 'Ill' });
    // A room is listed once somebody came to it.
    await made(person, `POST /v1/performances/${person.performanceId}/room/entries`);
  };
  for (let first = 0; first < count; first += AT_ONCE)
    await Promise.all(people.slice(first, first + AT_ONCE).map(equip));
  return { people, roomPerformanceId: room.id };
}

async function makeAccounts(
  { database, tokens }: AccessApp,
  count: number,
  word = 'person',
): Promise<Owner[]> {
  const ids = createIds(systemClock, systemRandom);
  const accounts = createAccountStore(database, { committed: () => undefined }, systemClock);
  const none = {
    entryNumber: 0,
    reservationId: '',
    paymentId: '',
    queuedRequestId: '',
    ticketId: '',
    ticketCode: '',
    venueId: '',
    concertId: '',
    performanceId: '',
    calledOffId: '',
  };
  const people = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = ids.next();
      const isSeller = index % SELLERS === 0;
      const email = `${word}-${index}@owners.example`;
      const token = await accessTokenOf({ signer: tokens.signer }, rolesOf(isSeller), id);
      return { index, id, token, email, charged: 10_000 + index, isSeller, ...none };
    }),
  );
  const createdAt = Date.now();
  await accounts.create(
    people.map(({ id, email, isSeller }) => ({
      id,
      email,
      name: email,
      roles: rolesOf(isSeller),
      createdAt,
    })),
  );
  return people;
}

const rolesOf = (isSeller: boolean) => (isSeller ? (['member', 'seller'] as const) : (['member'] as const));

export type Reading = { readonly person: Owner; readonly path: string };

function encode(target: Target, { person, path }: Reading): string {
  return encodeRequest(target, { method: 'GET', path, headers: { Authorization: `Bearer ${person.token}` } });
}

/** Sends requests on one connection, all at once or each after the last answer. @returns the answers in their order */
export function readOn(target: Target, readings: readonly Reading[], atOnce: boolean): Promise<HttpAnswer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, noDelay: true });
    const parser = new ResponseParser();
    const answers: HttpAnswer[] = [];
    const texts = readings.map((reading) => encode(target, reading));
    socket.on('data', (bytes: Buffer) =>
      parser.push(bytes, (answer) => {
        answers.push(answer);
        if (answers.length === texts.length) socket.end(() => resolve(answers));
        else if (!atOnce) socket.write(texts[answers.length]!);
      }),
    );
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${answers.length} of ${texts.length} answers came`)));
    socket.write(atOnce ? texts.join('') : texts[0]!);
  });
}

/** Opens an event stream and reads its first event. @returns all that came */
export function firstEventOf(target: Target, reading: Reading): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, noDelay: true });
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (!/^data:.*\n\n/m.test(text)) return;
      socket.destroy();
      resolve(text);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the stream ended: ${text}`)));
    socket.write(encode(target, reading));
  });
}
