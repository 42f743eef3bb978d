import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { smallPlan } from '../../../test/support/seat-plans.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { expandPlan } from '../catalogue/plan-seats.ts';
import { SeatMap } from './seat-map.ts';

const plan = expandPlan(smallPlan);
const CROWD = 4_000;

function mapOf(clock: ManualClock, performanceId: string) {
  const map = new SeatMap({ performanceId, planHash: 'hash', plan, claims: [], version: 0, clock });
  const sell = (seatNo: number) =>
    map.apply({ position: seatNo + 1, performanceId, seatNos: [seatNo], epoch: 1, status: 'sold' });
  return { map, sell };
}

describe('the changes of a seat map', { timeout: 10_000 }, () => {
  const watch = (map: SeatMap, frame: () => void = () => undefined) =>
    map.listen({ frame, closed: () => undefined, replaced: () => undefined });

  test('are told as soon as ever, however many look at another map', async () => {
    const clock = createManualClock();
    const [own, other] = [mapOf(clock, 'own'), mapOf(clock, 'other')];
    for (let i = 0; i < CROWD; i++) watch(other.map);
    let frames = 0;
    watch(own.map, () => (frames += 1));
    own.sell(0);
    await clock.advance(0);
    own.sell(1);
    await clock.advance(100);
    assert.equal(frames, 2);
  });

  test('are gathered for longer when many look at the map itself', async () => {
    const clock = createManualClock();
    const { map, sell } = mapOf(clock, 'own');
    let frames = 0;
    watch(map, () => (frames += 1));
    for (let i = 1; i < CROWD; i++) watch(map);
    sell(0);
    await clock.advance(0);
    sell(1);
    await clock.advance(CROWD / 2.5 - 1);
    assert.equal(frames, 1);
    await clock.advance(1);
    assert.equal(frames, 2);
  });
});
