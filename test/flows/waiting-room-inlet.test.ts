/** The inlet knows how many seats are left: nobody is let in for whom there is none. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvents } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { type Person, RoomTestApp } from '../support/waiting-room/test-app.ts';

const LEFT = 3;
let testApp: RoomTestApp;

before(async () => {
  testApp = await RoomTestApp.open();
});
after(() => testApp.close());

/** A room before a sale of which so few seats are left, with people in it, the first of whom are inside. */
async function lastSeats(
  count: number,
): Promise<{ readonly id: string; readonly people: readonly Person[] }> {
  const id = await testApp.performance();
  await testApp.change(id, { state: 'paused' });
  const people = await testApp.people(count);
  for (const person of people) await testApp.join(person, id);
  await testApp.sellEverything(id, LEFT);
  await until(
    () => testApp.call(undefined, `GET /v1/performances/${id}`),
    ({ body }) => body['remainingTotal'] === LEFT,
  );
  await testApp.change(id, { state: 'open' });
  await Promise.all(people.slice(0, LEFT).map((person) => testApp.admitted(person, id)));
  return { id, people };
}

const statuses = async (people: readonly Person[], id: string) =>
  Promise.all(people.map(async (person) => (await testApp.poll(person, id)).body['status']));

describe('a room before the last seats', { timeout: 60_000 }, () => {
  it('lets in no more than there are seats for, and tells those who wait at once', async () => {
    const { id, people } = await lastSeats(6);
    const next = people[LEFT]!;
    const { body } = await until(
      () => testApp.poll(next, id),
      (reply) => reply.body['seatsSpokenFor'] === true,
    );
    assert.deepEqual([body['status'], body['soldOut']], ['waiting', undefined]);
    const events = await readEvents<{ seatsSpokenFor?: boolean }>(
      `${testApp.app.address()}/v1/performances/${id}/room/entries/me/stream`,
      { authorization: `Bearer ${next.token}` },
    );
    const first = await events.next();
    assert.deepEqual([first.event, first.data.seatsSpokenFor], ['position', true]);
    events.close();
    const [admitted, waiting] = [
      await statuses(people.slice(0, LEFT), id),
      await statuses(people.slice(LEFT), id),
    ];
    assert.deepEqual(new Set(admitted), new Set(['admitted']));
    assert.deepEqual(new Set(waiting), new Set(['waiting']));
    const room = await testApp.call(testApp.seller, `GET /v1/performances/${id}/room`);
    assert.equal(room.body['active'], LEFT);
  });

  it('counts a held seat as its holder’s, and gives one that comes back to the next in order', async () => {
    const { id, people } = await lastSeats(6);
    const [holder, , leaver, fourth, fifth] = people;
    const { pass } = await testApp.admitted(holder!, id);
    const held = await testApp.reserve(holder!, id, 1, pass);
    assert.equal(held.status, 201);
    // Two free seats and a held one, for three who are inside.
    await until(
      () => testApp.call(undefined, `GET /v1/performances/${id}`),
      ({ body }) => body['remainingTotal'] === LEFT - 1,
    );
    assert.deepEqual(await statuses([fourth!, fifth!], id), ['waiting', 'waiting']);
    await testApp.leave(leaver!, id);
    await testApp.admitted(fourth!, id);
    assert.deepEqual(await statuses([fifth!], id), ['waiting']);
    // The holder gives the seat back and goes: it is the next one's.
    await testApp.call(holder, `DELETE /v1/reservations/${held.body['id']}`);
    await testApp.leave(holder!, id);
    await testApp.admitted(fifth!, id);
    assert.equal((await testApp.poll(fifth!, id)).body['seatsSpokenFor'], undefined);
  });
});
