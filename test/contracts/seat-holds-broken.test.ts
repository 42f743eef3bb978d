import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCheck } from '../../src/adapters/postgres/invariants/index.ts';
import { createBrokenSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-broken.ts';
import { ReservationStage, wonBy } from '../support/reservations/stage.ts';

const ROUNDS_MAX = 50;
const CROWD = 20;

let stage: ReservationStage;

before(async () => {
  stage = await ReservationStage.open();
});
after(() => stage.close());

test('the broken strategy looks right to one person at a time', async () => {
  const holds = stage.openHolds(createBrokenSeatHolds);
  const first = wonBy(await holds.hold(stage.request([900, 901])));
  assert.deepEqual(await holds.hold(stage.request([901])), { ok: false, code: 'seat_taken', seatNos: [901] });
  await stage.cancel(first.id);
  assert.equal(wonBy(await holds.hold(stage.request([901]))).epoch, 2);
  assert.deepEqual(await stage.breaches(), []);
});

test('the broken strategy sells a seat twice to a crowd, and the check finds it', async () => {
  const instances = [stage.openInstance(createBrokenSeatHolds), stage.openInstance(createBrokenSeatHolds)];
  let winners = 0;
  for (let seatNo = 0; winners < 2; seatNo++) {
    assert.ok(seatNo < ROUNDS_MAX, 'it never sold a seat twice');
    const outcomes = await Promise.all(
      Array.from({ length: CROWD }, (_, index) => instances[index % 2]!.hold(stage.request([seatNo]))),
    );
    winners = outcomes.filter(({ ok }) => ok).length;
  }
  const { invariants } = await runCheck(stage.database);
  const found = invariants.find(({ name }) => name === 'seats_have_one_live_owner');
  assert.equal(found?.ok, false);
  assert.match(found.detail, new RegExp(`has ${winners} live owners`));
});
