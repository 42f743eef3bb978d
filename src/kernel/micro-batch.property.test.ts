import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createManualClock } from './clock.ts';
import { OverloadedFault, UnavailableFault } from './faults.ts';
import { createMicroBatch, type MicroBatch } from './micro-batch.ts';
import { createSeededRandom } from './random.ts';

type Request = {
  readonly id: number;
  readonly keys: readonly string[];
  readonly poisoned: boolean;
  /** How long after the one before it comes. */
  readonly pauseMs: number;
};

type Setting = {
  readonly requests: readonly Request[];
  readonly maxBatch: number;
  readonly maxInFlight: number;
  readonly maxQueued: number;
  readonly retries: number;
  /** How often a run of the far side fails as a whole, from 0 to 1. */
  readonly outage: number;
  readonly keyed: boolean;
  readonly seed: number;
};

const requestArbitrary = fc.record({
  keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 }),
  poisoned: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  pauseMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }),
});

const settingArbitrary: fc.Arbitrary<Setting> = fc.record({
  requests: fc
    .array(requestArbitrary, { maxLength: 80, size: 'max' })
    .map((requests) => requests.map((request, id) => ({ ...request, id }))),
  maxBatch: fc.integer({ min: 1, max: 12 }),
  maxInFlight: fc.integer({ min: 1, max: 3 }),
  maxQueued: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(1000)),
  retries: fc.nat(3),
  outage: fc.constantFrom(0, 0.1, 0.5),
  keyed: fc.boolean(),
  seed: fc.integer(),
});

class Poison extends Error {
  readonly id: number;

  constructor(id: number) {
    super(`poisoned by ${id}`);
    this.id = id;
  }
}

/** A far side that takes its time, fails at random, is all or nothing, and watches what it is given. */
class FarSide {
  readonly setting: Setting;
  readonly clock = createManualClock(0);
  readonly random;
  readonly #active = new Set<readonly Request[]>();
  /** Requests in the order in which they took effect. */
  readonly applied: Request[] = [];
  /** Requests in the order of their first run. */
  readonly firstRuns = new Set<number>();
  readonly violations: string[] = [];

  constructor(setting: Setting) {
    this.setting = setting;
    this.random = createSeededRandom(setting.seed);
  }

  async run(batch: readonly Request[]): Promise<readonly number[]> {
    this.#check(batch);
    this.#active.add(batch);
    for (const { id } of batch) this.firstRuns.add(id);
    const fate = this.random.float();
    const late = this.random.below(3) > 0;
    if (late) {
      const ms = this.random.below(30);
      await new Promise<void>((resolve) => {
        this.clock.after(ms, resolve);
      });
    }
    this.#active.delete(batch);
    if (fate < this.setting.outage) throw new UnavailableFault('far side', 'away');
    const bad = batch.find((request) => request.poisoned);
    if (bad !== undefined) throw new Poison(bad.id);
    this.applied.push(...batch);
    return batch.map(({ id }) => -id);
  }

  /** Notes what is wrong; an error thrown from a run would only split the batch. */
  #check(batch: readonly Request[]): void {
    const { maxBatch, maxInFlight, keyed } = this.setting;
    if (batch.length === 0 || batch.length > maxBatch) this.violations.push(`a batch of ${batch.length}`);
    if (this.#active.size >= maxInFlight) this.violations.push('too many in flight');
    if (!keyed) return;
    const together = [...this.#active, batch].flat();
    const keys = together.flatMap((request) => [...new Set(request.keys)]);
    if (new Set(keys).size < keys.length) this.violations.push(`in flight together: ${keys.join()}`);
  }
}

async function play(far: FarSide, batch: MicroBatch<Request, number>) {
  const { clock, setting } = far;
  const settlements = new Map<number, number>();
  const results: Promise<PromiseSettledResult<number>>[] = [];
  for (const request of setting.requests) {
    if (request.pauseMs > 0) await clock.advance(request.pauseMs);
    const answer = batch.submit(request).finally(() => {
      settlements.set(request.id, (settlements.get(request.id) ?? 0) + 1);
    });
    results.push(Promise.allSettled([answer]).then(([result]) => result));
    assert.ok(batch.queued <= setting.maxQueued, 'bound of the queue');
  }
  const draining = batch.drain();
  for (let i = 0; batch.queued + batch.inFlight > 0 && i < 1000; i++) await clock.advance(1000);
  assert.deepEqual([batch.queued, batch.inFlight, clock.pending], [0, 0, 0], 'all came to an end');
  await draining;
  const settled = await Promise.all(results);
  assert.deepEqual(
    [...settlements.values()],
    setting.requests.map(() => 1),
    'each settles exactly once',
  );
  return settled;
}

/** What each request was told must be what happened to it. */
function checkAnswers(far: FarSide, settled: readonly PromiseSettledResult<number>[]): void {
  const effects = new Map<number, number>();
  for (const { id } of far.applied) effects.set(id, (effects.get(id) ?? 0) + 1);
  settled.forEach((result, id) => {
    const times = effects.get(id) ?? 0;
    if (result.status === 'fulfilled') {
      assert.equal(result.value, -id, 'the own answer');
      assert.equal(times, 1, 'an answer for each effect, and one effect');
      return;
    }
    assert.equal(times, 0, 'no effect behind an error');
    const error: unknown = result.reason;
    if (error instanceof OverloadedFault) assert.ok(!far.firstRuns.has(id), 'a shed request never ran');
    else if (error instanceof Poison) assert.equal(error.id, id, 'nobody fails of the poison of another');
    else assert.ok(error instanceof UnavailableFault && far.setting.outage > 0, String(error));
  });
}

function checkOrder(far: FarSide): void {
  if (!far.setting.keyed) {
    const ids = [...far.firstRuns];
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
      'first come, first run',
    );
    return;
  }
  const keys = new Set(far.setting.requests.flatMap((request) => request.keys));
  for (const key of keys) {
    const ids = far.applied.filter((request) => request.keys.includes(key)).map(({ id }) => id);
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
      `the order of key ${key}`,
    );
  }
}

describe('a micro-batch under random load, poison and outages', () => {
  it('loses, doubles and swaps no answer, and keeps its bounds, its order and its keys apart', async () => {
    await fc.assert(
      fc.asyncProperty(settingArbitrary, async (setting) => {
        const far = new FarSide(setting);
        const batch = createMicroBatch<Request, number>({
          name: 'far side',
          run: (requests) => far.run(requests),
          maxBatch: setting.maxBatch,
          maxInFlight: setting.maxInFlight,
          maxQueued: setting.maxQueued,
          retry: { attempts: setting.retries, delayMs: 7 },
          clock: far.clock,
          ...(setting.keyed ? { conflictKeys: (request: Request) => request.keys } : {}),
        });
        const settled = await play(far, batch);
        assert.deepEqual(far.violations, []);
        checkAnswers(far, settled);
        checkOrder(far);
      }),
      { numRuns: 400 },
    );
  });
});
