/** A thousand people read what is theirs at once: nobody ever receives what is another's. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Target, targetOf } from '../../lab/load/request.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import {
  firstEventOf,
  makeOwners,
  type Owner,
  type Owners,
  type Reading,
  readOn,
} from '../support/own-data.ts';

const PEOPLE = 1_000;

let system: AccessApp;
let owners: Owners;
let target: Target;
/** Whose an id, an address or a code is. */
const ownerOf = new Map<string, Owner>();

before(async () => {
  system = await startAccessApp();
  owners = await makeOwners(system, PEOPLE);
  target = targetOf(system.app.address());
  for (const person of owners.people) {
    const { id, email, reservationId, paymentId, queuedRequestId, ticketId, ticketCode } = person;
    const { venueId, concertId, performanceId } = person;
    const bought = [reservationId, paymentId, queuedRequestId, ticketId, ticketCode];
    for (const mark of [id, email, ...bought, venueId, concertId, performanceId])
      if (mark !== '') ownerOf.set(mark, person);
  }
});
after(() => system.close());

type OwnRoute = {
  /** What stands for the id. */
  readonly id?: (person: Owner) => string;
  /** What the body must hold. */
  readonly holds: (person: Owner) => string;
};

const byTicket = { id: (person: Owner) => person.ticketId, holds: (person: Owner) => person.ticketCode };
const byReservation = {
  id: (person: Owner) => person.reservationId,
  holds: (person: Owner) => person.reservationId,
};
const byPayment = { id: (person: Owner) => person.paymentId, holds: (person: Owner) => person.paymentId };
const byQueuedRequest = {
  id: (person: Owner) => person.queuedRequestId,
  holds: (person: Owner) => person.email,
};
const byEntry = {
  id: () => owners.roomPerformanceId,
  holds: (person: Owner) => `"number":${person.entryNumber},`,
};
const byRoom = {
  id: (person: Owner) => person.performanceId,
  holds: (person: Owner) => person.performanceId,
};

/** Nobody has bought there: what comes would be another's. */
const ofPerformance = { ...byRoom, holds: () => '{' };

const ofCalledOff = {
  id: (person: Owner) => person.calledOffId,
  holds: (person: Owner) => person.calledOffId,
};

/** Every route that answers members what is theirs. */
const OF_MEMBERS: Readonly<Record<string, OwnRoute>> = {
  '/v1/accounts/me': { holds: ({ email }) => `"${email}"` },
  '/v1/points': { holds: ({ charged }) => `"amount":${charged - 1_000},` },
  '/v1/points/entries': { holds: ({ charged }) => `"amount":${charged},` },
  '/v1/reservations': { holds: ({ reservationId }) => reservationId },
  '/v1/reservations/:id': byReservation,
  '/v1/reservations/:id/history': { ...byReservation, holds: () => 'reservation.created' },
  '/v1/reservations/:id/saga': { ...byReservation, holds: ({ paymentId }) => paymentId },
  '/v1/reservations/:id/payments': { ...byReservation, holds: ({ paymentId }) => paymentId },
  '/v1/reservations/:id/stream': byReservation,
  '/v1/payments/:id': byPayment,
  '/v1/simulated-checkouts/:id': byPayment,
  '/v1/queued-requests/:id': byQueuedRequest,
  '/v1/queued-requests/:id/stream': byQueuedRequest,
  '/v1/tickets': { holds: ({ ticketCode }) => ticketCode },
  '/v1/tickets/:id': byTicket,
  '/v1/tickets/:id/qr.svg': { ...byTicket, holds: () => '<svg' },
  '/v1/performances/:id/room/entries/me': byEntry,
  '/v1/performances/:id/room/entries/me/stream': byEntry,
};

/** The same for those who sell. */
const OF_SELLERS: Readonly<Record<string, OwnRoute>> = {
  '/v1/concerts/:id/takings': { id: ({ concertId }) => concertId, holds: () => '{' },
  '/v1/performances/:id/admission-conflicts': ofPerformance,
  '/v1/performances/:id/buyers': ofPerformance,
  '/v1/performances/:id/cancellation': ofCalledOff,
  '/v1/performances/:id/door': byRoom,
  '/v1/performances/:id/door-list': ofPerformance,
  '/v1/performances/:id/door/tickets': ofPerformance,
  '/v1/performances/:id/gates': ofPerformance,
  '/v1/performances/:id/postponement': ofCalledOff,
  '/v1/performances/:id/room': ofPerformance,
  '/v1/rooms': { holds: ({ performanceId }) => performanceId },
  '/v1/rooms/stream': { holds: ({ performanceId }) => performanceId },
  '/v1/selling/concerts': { holds: ({ concertId }) => concertId },
  '/v1/venues': { holds: ({ venueId }) => venueId },
  '/v1/venues/:id': { id: ({ venueId }) => venueId, holds: ({ venueId }) => venueId },
};

/** Routes that answer nothing of anybody. */
const OF_NOBODY = ['/v1/lab/no-op'];

type OwnReading = Reading & { readonly holds: string };

function readingsOf(person: Owner, isWanted: (route: string) => boolean): OwnReading[] {
  const routes = Object.entries({ ...OF_MEMBERS, ...(person.isSeller ? OF_SELLERS : {}) });
  return routes
    .filter(([route]) => isWanted(route))
    .map(([route, { id, holds }]) => {
      const path = route.replace(':id', () => id?.(person) ?? '');
      return { person, path, holds: holds(person) };
    });
}

const MARKS = /[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]+@owners\.example|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/g;

function assertOwn({ person, path, holds }: OwnReading, body: string): void {
  assert.ok(body.includes(holds), `${path} of ${person.email} lacks ${holds}: ${body}`);
  for (const [mark] of body.matchAll(MARKS)) {
    const other = ownerOf.get(mark);
    assert.ok(
      other === undefined || other === person,
      `${path} of ${person.email} holds ${mark} of ${other?.email}`,
    );
  }
}

const isStream = (route: string) => route.endsWith('/stream');

describe(`what ${PEOPLE} people have`, () => {
  test('is read by every route for own data', () => {
    const read = (who: (access: { readonly who: unknown }) => boolean) =>
      system.app.routes
        .filter(({ method, access }) => method === 'GET' && who(access))
        .map(({ url }) => url)
        .toSorted();
    assert.deepEqual(
      read(({ who }) => who === 'member'),
      [...Object.keys(OF_MEMBERS), ...OF_NOBODY].toSorted(),
    );
    assert.deepEqual(
      read(({ who }) => Array.isArray(who) && who.includes('seller')),
      Object.keys(OF_SELLERS).toSorted(),
    );
  });

  test('is told to its owner alone, also where two share a connection and ask at once', async () => {
    const pairs = owners.people
      .filter(({ index }) => index % 2 === 0)
      .map((one) => [one, owners.people[one.index + 1]!]);
    const pictures = new Set<string>();
    await Promise.all(
      pairs.map(async (pair, index) => {
        const [first = [], second = []] = pair.map((person) =>
          readingsOf(person, (route) => !isStream(route)),
        );
        const readings = first.flatMap((reading, at) => [reading, second[at] ?? []].flat());
        const answers = await readOn(target, readings, index % 2 === 0);
        for (const [at, { status, body }] of answers.entries()) {
          assert.equal(status, 200, `${readings[at]!.path}: ${body.toString()}`);
          assertOwn(readings[at]!, body.toString());
          if (readings[at]!.path.endsWith('.svg')) pictures.add(body.toString());
        }
      }),
    );
    assert.equal(pictures.size, PEOPLE, 'two people were given one code');
  });

  test('is told by every stream to its owner alone', async () => {
    const readings = owners.people.flatMap((person) => readingsOf(person, isStream));
    assert.ok(readings.length >= 2 * PEOPLE);
    await Promise.all(
      readings.map(async (reading) => assertOwn(reading, await firstEventOf(target, reading))),
    );
  });
});
