import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestHub, Listener } from '../../../test/support/live.ts';
import { smallPlan } from '../../../test/support/seat-plans.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import { expandPlan } from '../catalogue/plan-seats.ts';
import { SeatMap } from './seat-map.ts';

const plan = expandPlan(smallPlan);
const CROWD = 4_000;

function mapOf(clock: ManualClock, performanceId: string) {
  const topic = createTestHub({ clock }).open(performanceId, { version: 0 });
  const map = new SeatMap({ performanceId, planHash: 'hash', plan, holds: [], version: 0, topic, clock });
  const sell = (seatNo: number) =>
    map.apply({ position: seatNo + 1, performanceId, seatNos: [seatNo], epoch: 1, status: 'sold' });
  return { map, sell };
}

describe('the changes of a seat map', { timeout: 10_000 }, () => {
  const watch = (map: SeatMap): Listener => {
    const listener = new Listener();
    map.topic.subscribe(listener);
    return listener;
  };

  test('are told as soon as ever, however many look at another map', async () => {
    const clock = createManualClock();
    const [own, other] = [mapOf(clock, 'own'), mapOf(clock, 'other')];
    for (let i = 0; i < CROWD; i++) watch(other.map);
    const listener = watch(own.map);
    own.sell(0);
    await clock.advance(0);
    own.sell(1);
    await clock.advance(100);
    assert.equal(listener.messages.length, 2);
  });

  test('are gathered for longer when many look at the map itself', async () => {
    const clock = createManualClock();
    const { map, sell } = mapOf(clock, 'own');
    const listener = watch(map);
    for (let i = 1; i < CROWD; i++) watch(map);
    sell(0);
    await clock.advance(0);
    sell(1);
    await clock.advance(CROWD / 2.5 - 1);
    assert.equal(listener.messages.length, 1);
    await clock.advance(1);
    assert.equal(listener.messages.length, 2);
  });
});
