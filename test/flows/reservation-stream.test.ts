import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvents } from '../support/event-source.ts';
import { type Person, RoomTestApp } from '../support/waiting-room/test-app.ts';

type Data = { readonly status: string; readonly reason?: string };

describe('the stream of a reservation', { timeout: 60_000 }, () => {
  let testApp: RoomTestApp;
  before(async () => {
    testApp = await RoomTestApp.open();
  });
  after(() => testApp.close());

  const follow = (owner: Person, id: string, lastId?: string) =>
    readEvents<Data>(`${testApp.app.address()}/v1/reservations/${id}/stream`, {
      authorization: `Bearer ${owner.token}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    });

  it('begins with the reservation, tells its changes, and resumes after a restart until it has ended', async () => {
    const performanceId = await testApp.performance({ roomEnabled: false });
    const owner = await testApp.person();
    const { id } = (await testApp.reserve(owner, performanceId, 1)).body as { id: string };
    const live = await follow(owner, id);
    const begin = await live.next();
    assert.deepEqual([begin.event, begin.data.status, begin.id], ['reservation', 'held', `${id}.0`]);
    await testApp.restart();
    assert.equal((await live.rest()).at(-1)?.event, 'closed');

    const followed = await follow(owner, id, begin.id);
    assert.equal((await testApp.call(owner, `DELETE /v1/reservations/${id}`)).status, 200);
    const told = await followed.rest();
    assert.deepEqual(
      told.map(({ event, data }) => [event, data.status ?? data.reason]),
      [
        ['status', 'cancelled'],
        ['closed', 'reservation-ended'],
      ],
    );
    const missed = await (await follow(owner, id, begin.id)).rest();
    assert.deepEqual(missed, told, 'who comes later is told the same');
    assert.equal((await follow(owner, id, told.at(-1)?.id)).status, 204);
  });

  it('is not there for anybody else', async () => {
    const performanceId = await testApp.performance({ roomEnabled: false });
    const { id } = (await testApp.reserve(await testApp.person(), performanceId, 1)).body as { id: string };
    assert.equal((await follow(await testApp.person(), id)).status, 404);
  });
});
