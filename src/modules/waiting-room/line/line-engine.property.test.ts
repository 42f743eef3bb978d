import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auditRoom } from '../../../../test/support/audit-room.ts';
import { createMemoryRoomStore, type MemoryRoomStore } from '../../../../test/support/memory-room-store.ts';
import { ReferenceLine } from '../../../../test/support/reference-line.ts';
import { createManualClock, type ManualClock } from '../../../kernel/clock.ts';
import { createIds } from '../../../kernel/ids.ts';
import { createSeededRandom } from '../../../kernel/random.ts';
import type { EntryEnd } from '../model.ts';
import type { LineOperation, LineRules, WaitingLine } from '../ports.ts';
import { LineEngine } from './line-engine.ts';

const PEOPLE = 12;
const ids = createIds(createManualClock(), createSeededRandom(3));
const performanceId = ids.next();
const accountIds = Array.from({ length: PEOPLE }, () => ids.next());

const rules: LineRules = {
  passTtlMs: 2_500,
  passAgeMaxMs: 6_000,
  passPickupMs: 1_500,
  silentAfterMs: 4_000,
  // Only the exact window limits the rate, as in the reference.
  burstMs: Number.POSITIVE_INFINITY,
  newRoom: { state: 'open', ratePerSecond: 2, concurrency: 3, graceMs: 3_000 },
};

type World = {
  readonly clock: ManualClock;
  readonly store: MemoryRoomStore;
  readonly model: ReferenceLine;
  line: WaitingLine;
};

type Action =
  | { readonly kind: 'write'; readonly operations: readonly LineOperation[] }
  | { readonly kind: 'seen'; readonly accountId: string }
  | { readonly kind: 'step'; readonly ms: number; readonly meanwhile: readonly string[] }
  | { readonly kind: 'restart' }
  | { readonly kind: 'failure'; readonly how: 'before' | 'after' | 'refused'; readonly during: Action };

const accountId = fc.constantFrom(...accountIds);

const operation: fc.Arbitrary<LineOperation> = fc
  .oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('join' as const), accountId }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), accountId }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), accountId }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('spend' as const), accountId }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('configure' as const),
        change: fc.record(
          {
            state: fc.constantFrom('open', 'open', 'open', 'paused', 'draining', 'closed'),
            ratePerSecond: fc.integer({ min: 0, max: 4 }),
            concurrency: fc.integer({ min: 0, max: 6 }),
          },
          { requiredKeys: [] },
        ),
        changedBy: fc.constant(null),
      }),
    },
  )
  .map((what) => ({ ...what, performanceId }));

const write: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('write'),
  operations: fc.array(operation, { minLength: 1, maxLength: 5 }),
});
const step: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('step'),
  ms: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constantFrom(500, 1_000, 1_001, 1_500, 5_000)),
  // Who is seen while the step is being stored.
  meanwhile: fc.array(accountId, { maxLength: 2 }),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: write },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('seen' as const), accountId }) },
  { weight: 8, arbitrary: step },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('failure' as const),
      how: fc.constantFrom('before', 'after', 'refused'),
      during: fc.oneof(write, step),
    }),
  },
);

async function carryOut(world: World, what: Action): Promise<void> {
  await act(world, what);
  // New settings are recorded a millisecond after the last admission: let the machine's clock catch up.
  const written = what.kind === 'failure' ? what.during : what;
  if (written.kind === 'write' && written.operations.some((one) => one.kind === 'configure'))
    await world.clock.advance(1);
}

async function act(world: World, what: Action): Promise<void> {
  const { clock, model } = world;
  if (what.kind === 'write') {
    const answers = await world.line.write(what.operations);
    const outcomes = what.operations.map((one) => model.write(one, clock.now()));
    what.operations.forEach((one, i) => {
      // A second spending may find that there was nothing more to do.
      if (one.kind !== 'spend') assert.equal(answers[i]!.outcome, outcomes[i]);
    });
  } else if (what.kind === 'seen') {
    await world.line.look([{ performanceId, accountId: what.accountId }], 'seen');
    model.seen(what.accountId, clock.now());
  } else if (what.kind === 'step') {
    await clock.advance(what.ms);
    await stepOn(world, what.meanwhile);
  } else if (what.kind === 'restart') {
    await world.line.stop();
    world.line = await startLine(world);
    model.restore(clock.now(), true);
  } else {
    await actFailing(world, what);
  }
}

async function stepOn(world: World, meanwhile: readonly string[]): Promise<void> {
  const { clock, model, store } = world;
  let seen: readonly string[] = [];
  store.duringNextCommit = () => {
    seen = meanwhile;
    for (const one of seen) void world.line.look([{ performanceId, accountId: one }], 'seen');
  };
  const [admission] = await world.line.admit([performanceId]);
  store.duringNextCommit = undefined;
  const numbers = admission?.admitted.map(({ number }) => number) ?? [];
  assert.deepEqual(numbers, model.admit(clock.now()));
  // Who was admitted in this very step was looked at as somebody who waited, and has not fetched the pass.
  const admitted = model.people.filter(({ number }) => numbers.includes(number));
  for (const one of seen) {
    if (!admitted.some(({ accountId: who }) => who === one)) model.seen(one, clock.now());
  }
}

/** The line must go on as if the step had happened or had not, whichever the store knows to be true. */
async function actFailing(world: World, what: Action & { kind: 'failure' }): Promise<void> {
  const { clock, model, store } = world;
  if (what.during.kind === 'step') await clock.advance(what.during.ms);
  const before = store.commits;
  store.failNext(what.how);
  const { during } = what;
  const tried =
    during.kind === 'write' ? world.line.write(during.operations) : world.line.admit([performanceId]);
  const failed = await tried.then(
    () => false,
    () => true,
  );
  // The step had nothing to store, so the failure is still to come: let another step run into it.
  store.clearFailures();
  const happened = !failed || store.commits > before;
  if (happened && during.kind === 'write') for (const one of during.operations) model.write(one, clock.now());
  if (during.kind === 'step') {
    if (happened) model.admit(clock.now());
    else model.sweepOnly(clock.now());
  }
  // Who could not be dropped is looked at again a tenth of a second later, not at once.
  if (failed && what.how === 'refused' && during.kind === 'step') await clock.advance(100);
  if (!failed || what.how === 'refused') return;
  await clock.advance(0);
  model.restore(clock.now(), false);
}

async function startLine({ store, clock }: Pick<World, 'store' | 'clock'>): Promise<WaitingLine> {
  const line = new LineEngine({ stores: store, clock, rules });
  await line.start();
  return line;
}

const ENDS: readonly (EntryEnd | undefined)[] = [
  undefined,
  'pass-expired',
  'left',
  'dropped',
  'pass-expired',
  'pass-spent',
];

/** How somebody who is not in line is on record to have ended; a pass that is not swept yet stands as admitted. */
function endOnRecord({ store }: World, person: string): EntryEnd | undefined {
  const last = store.rooms.get(performanceId)?.entries.findLast((entry) => entry.accountId === person);
  return last && ENDS[last.status];
}

async function assertSame(world: World): Promise<void> {
  const { line, model, clock } = world;
  const people = accountIds.map((id) => ({ performanceId, accountId: id }));
  const standings = await line.look(people, 'unseen');
  assert.deepEqual(
    standings,
    accountIds.map((id) => model.standing(id, clock.now())),
  );
  for (const [at, who] of people.entries()) {
    if (standings[at] === undefined) assert.equal(await line.absence(who), endOnRecord(world, who.accountId));
  }
}

test('a line does what the reference does, whatever happens, and its log has no breach', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 160, size: 'max' }), async (actions) => {
      const [store, clock] = [createMemoryRoomStore(), createManualClock()];
      const world: World = {
        store,
        clock,
        model: new ReferenceLine(rules),
        line: await startLine({ store, clock }),
      };
      for (const one of actions) {
        await carryOut(world, one);
        await assertSame(world);
      }
      auditRoom(store.rooms.get(performanceId));
      await world.line.stop();
      assert.equal(clock.pending, 0);
    }),
    { numRuns: 200 },
  );
});
