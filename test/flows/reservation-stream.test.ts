import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvents } from '../support/event-source.ts';
import { type Person, RoomStage } from '../support/waiting-room/stage.ts';

type Data = { readonly status: string; readonly reason?: string };

describe('the stream of a reservation', { timeout: 60_000 }, () => {
  let stage: RoomStage;
  before(async () => {
    stage = await RoomStage.open();
  });
  after(() => stage.close());

  const follow = (owner: Person, id: string, lastId?: string) =>
    readEvents<Data>(`${stage.app.address()}/v1/reservations/${id}/stream`, {
      authorization: `Bearer ${owner.token}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    });

  it('begins with the reservation, tells its changes, and resumes after a restart until it has ended', async () => {
    const performanceId = await stage.performance({ roomEnabled: false });
    const owner = await stage.person();
    const { id } = (await stage.reserve(owner, performanceId, 1)).body as { id: string };
    const live = await follow(owner, id);
    const begin = await live.next();
    assert.deepEqual([begin.event, begin.data.status, begin.id], ['reservation', 'held', `${id}.0`]);
    await stage.restart();
    assert.equal((await live.rest()).at(-1)?.event, 'closed');

    const followed = await follow(owner, id, begin.id);
    assert.equal((await stage.call(owner, `DELETE /v1/reservations/${id}`)).status, 200);
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
    const performanceId = await stage.performance({ roomEnabled: false });
    const { id } = (await stage.reserve(await stage.person(), performanceId, 1)).body as { id: string };
    assert.equal((await follow(await stage.person(), id)).status, 404);
  });
});
