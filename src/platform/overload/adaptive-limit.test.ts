import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../../kernel/random.ts';
import { firstAdaptiveLimit, type LimitWindow, nextAdaptiveLimit } from './adaptive-limit.ts';

const RULES = { limitMin: 4, limitMax: 10_000 };
const WINDOW_MS = 1_000;
const MINUTE_MS = 60_000;

type Crowd = {
  readonly servers: number;
  /** What the servers together answer at most. */
  readonly capacity: number;
  /** Arrivals for each that can be answered. */
  readonly overload: number;
  readonly minutes: number;
  readonly firstLimit: number;
  /** The capacity from the middle on. */
  readonly capacityLater?: number;
};

type Minute = { readonly used: number; readonly lowest: number; readonly highest: number };

/** A service with a queue before it (M/M/c), and requests that come whatever it does; what finds no room goes away. */
function simulate(seed: number, crowd: Crowd): Minute[] {
  const random = createSeededRandom(seed);
  const wait = (meanMs: number) => -Math.log(1 - random.float()) * meanMs;
  let state = firstAdaptiveLimit(crowd.firstLimit);
  let { capacity } = crowd;
  const arrivalMs = 1_000 / (capacity * crowd.overload);
  const ends: number[] = [];
  let [now, nextArrival, windowEnd] = [0, 0, WINDOW_MS];
  let [underWay, area, answered, wasFull] = [0, 0, 0, false];
  let minute = { answered: 0, lowest: Infinity, highest: 0 };
  const minutes: Minute[] = [];
  const serve = () => ends.push(now + wait((crowd.servers / capacity) * 1_000));
  while (minutes.length < crowd.minutes) {
    const end = Math.min(...ends);
    const at = Math.min(end, nextArrival, windowEnd);
    area += underWay * (at - now);
    now = at;
    if (at === windowEnd) {
      const window: LimitWindow = {
        underWay: area / WINDOW_MS,
        answeredPerSecond: answered / (WINDOW_MS / 1_000),
        wasFull,
      };
      minute.lowest = Math.min(minute.lowest, state.limit);
      minute.highest = Math.max(minute.highest, state.limit);
      minute.answered += answered;
      state = nextAdaptiveLimit(state, window, RULES);
      [area, answered, wasFull] = [0, 0, false];
      windowEnd += WINDOW_MS;
      if (now % MINUTE_MS === 0) {
        minutes.push({ ...minute, used: minute.answered / (60 * capacity) });
        minute = { answered: 0, lowest: Infinity, highest: 0 };
        if (minutes.length === crowd.minutes / 2) capacity = crowd.capacityLater ?? capacity;
      }
    } else if (at === end) {
      ends.splice(ends.indexOf(end), 1);
      underWay--;
      answered++;
      if (underWay >= crowd.servers) serve();
    } else {
      nextArrival = now + wait(arrivalMs);
      if (underWay >= state.limit) wasFull = true;
      else {
        underWay++;
        if (underWay <= crowd.servers) serve();
      }
    }
  }
  return minutes;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the adaptive limit, over half an hour at 1.2 times what is borne', () => {
  for (const [seed, servers, capacity] of [
    [1, 10, 300],
    [2, 20, 600],
    [3, 8, 400],
  ] as const) {
    const about = `${servers} servers, ${capacity}/s`;
    it(`neither grows without end nor dips nor drifts: ${about}`, () => {
      const minutes = simulate(seed, { servers, capacity, overload: 1.2, minutes: 30, firstLimit: 100 });
      const settled = minutes.slice(8);
      for (const { used, highest } of settled) {
        assert.ok(highest <= 4 * servers, `at one time ${highest}`);
        assert.ok(used >= 0.85, `a minute in which ${used} of the capacity was used`);
      }
      const [earlier, later] = [settled.slice(0, 11), settled.slice(11)].map((half) =>
        mean(half.map(({ highest }) => highest)),
      );
      assert.ok(later! < 1.5 * earlier! && later! > earlier! / 1.5, `from ${earlier} to ${later}`);
    });
  }

  it('comes down from a limit that is far too high, and up from one that is far too low', () => {
    for (const firstLimit of [2_000, 4]) {
      const minutes = simulate(5, { servers: 40, capacity: 1_000, overload: 1.2, minutes: 16, firstLimit });
      const last = minutes.at(-1)!;
      assert.ok(last.highest < 120 && last.used >= 0.85, JSON.stringify(last));
    }
  });

  it('goes with a service that becomes half as fast', () => {
    const crowd = { servers: 20, capacity: 1_000, overload: 1.2, minutes: 20, firstLimit: 50 };
    const last = simulate(6, { ...crowd, capacityLater: 500 }).at(-1)!;
    assert.ok(last.highest <= 80 && last.used >= 0.85, JSON.stringify(last));
  });
});

describe('the adaptive limit', () => {
  it('does not move while nobody finds it', () => {
    let state = firstAdaptiveLimit(100);
    for (let second = 0; second < 1_000; second++)
      state = nextAdaptiveLimit(state, { underWay: 50, answeredPerSecond: second, wasFull: false }, RULES);
    assert.equal(state.centre, 100);
  });

  it('stays within its bounds, also where nothing is answered at all', () => {
    for (const answeredPerSecond of [(limit: number) => limit, (limit: number) => -limit, () => 0]) {
      let state = firstAdaptiveLimit(50);
      const rules = { limitMin: 20, limitMax: 80 };
      for (let second = 0; second < 500; second++) {
        const window = { underWay: state.limit, answeredPerSecond: answeredPerSecond(state.limit) };
        state = nextAdaptiveLimit(state, { ...window, wasFull: true }, rules);
        assert.ok(state.centre >= 20 && state.centre <= 80, String(state.centre));
      }
    }
  });
});
