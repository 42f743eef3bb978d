import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Clock } from './clock.ts';
import { createManualClock } from './clock.ts';
import { createIds, isUuid } from './ids.ts';
import { createSeededRandom, type Random } from './random.ts';

/** A clock that shows what it is told, also what no good clock would. */
function clockOf(readings: readonly number[]): Clock {
  let index = 0;
  return { now: () => readings[Math.min(index++, readings.length - 1)]!, after: () => assert.fail() };
}

function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 2 });

describe('ids', () => {
  it('are UUIDs of version 7 that carry the time', () => {
    fc.assert(
      fc.property(timeMs, fc.integer(), (nowMs, seed) => {
        const id = createIds(createManualClock(nowMs), createSeededRandom(seed)).next();
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.equal(timeOf(id), nowMs);
        assert.ok(isUuid(id));
      }),
    );
  });

  it('grow in text order, in one millisecond, over many, and when the clock goes back', () => {
    fc.assert(
      fc.property(
        fc.array(timeMs, { minLength: 1, maxLength: 50, size: 'max' }),
        fc.integer(),
        (readings, seed) => {
          const ids = createIds(clockOf(readings), createSeededRandom(seed));
          const made = Array.from({ length: readings.length + 20 }, () => ids.next());
          assert.deepEqual(made.toSorted(), made);
          assert.equal(new Set(made).size, made.length);
        },
      ),
    );
  });

  it('go on growing when the counter of a millisecond started as high as it can', () => {
    const ones: Random = { ...createSeededRandom(1), uint32: () => 2 ** 32 - 1 };
    const ids = createIds(createManualClock(1_767_225_600_000), ones);
    assert.equal(ids.next().slice(14), '77ff-bfff-ffffffffffff');
    assert.equal(ids.next().slice(14), '7800-8000-03ffffffffff');
  });

  it('spread the random bits, so that one id does not tell the next', () => {
    const ids = createIds(createManualClock(0), createSeededRandom(3));
    const tails = Array.from({ length: 1000 }, () => ids.next().slice(-10));
    assert.equal(new Set(tails).size, 1000);
  });
});

describe('the form of a UUID', () => {
  it('holds for every UUID in lower case', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => assert.ok(isUuid(uuid))));
    assert.ok(isUuid('00000000-0000-0000-0000-000000000000'));
  });

  it('is refused to everything else', () => {
    const id = '01a1fdeb-880c-705f-8fc9-791645de8e94';
    const wrong = ['', id.toUpperCase(), `${id}\n`, ` ${id}`, id.replaceAll('-', ''), `{${id}}`, id.slice(1)];
    for (const text of [...wrong, `${id}0`, id.replace('a', 'g'), '01a1fdeb8-80c-705f-8fc9-791645de8e94']) {
      assert.ok(!isUuid(text), text);
    }
  });
});
