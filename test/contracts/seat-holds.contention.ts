import assert from 'node:assert/strict';
import type { HoldOutcome, HoldRequest } from '../../src/modules/reservations/index.ts';
import { runBusySale, settleHalf } from '../support/reservations/busy-sale.ts';
import { NOBODY, type SeatHoldsCase, seatPicker } from '../support/reservations/test-app.ts';

type Decided = { readonly request: HoldRequest; readonly outcome: HoldOutcome };

/** What many get who ask at once, through two instances of the system. */
export const contentionCases: readonly (readonly [string, SeatHoldsCase])[] = [
  [
    'of 300 people who want one seat at once, one gets it and all others are told which seat is gone',
    async (testApp, create) => {
      const instances = [testApp.openInstance(create), testApp.openInstance(create)];
      const outcomes = await Promise.all(
        Array.from({ length: 300 }, (_, index) => instances[index % 2]!.hold(testApp.request([17]))),
      );
      const losers = outcomes.filter(({ ok }) => !ok);
      assert.equal(losers.length, 299);
      for (const loser of losers) {
        assert.deepEqual(loser, { ok: false, code: 'seat_taken', seatNos: [17] });
      }
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'under random overlaps no seat has two owners, all is given or nothing, and losers lost to someone',
    async (testApp, create) => {
      const instances = [testApp.openInstance(create), testApp.openInstance(create)];
      for (const seed of [1, 2, 3]) {
        const performanceId = testApp.ids.next();
        await testApp.addPerformance(performanceId, 4);
        const pick = seatPicker(seed, 60, 4);
        const decided = await Promise.all(
          Array.from({ length: 250 }, async (_, index): Promise<Decided> => {
            const request = testApp.request(pick(), { performanceId });
            return { request, outcome: await instances[index % 2]!.hold(request) };
          }),
        );
        assertFair(decided);
        assertStored(await testApp.seats(performanceId), decided);
      }
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'a person who asks many times at once never gets more than the limit, and gets as much as it allows',
    async (testApp, create) => {
      const instances = [testApp.openInstance(create), testApp.openInstance(create)];
      const people = Array.from({ length: 20 }, () => testApp.ids.next());
      const decided = await Promise.all(
        people.flatMap((accountId, person) =>
          Array.from({ length: 8 }, async (_, turn): Promise<Decided & { accountId: string }> => {
            const request = testApp.request([person * 8 + turn], { accountId });
            return { accountId, request, outcome: await instances[turn % 2]!.hold(request) };
          }),
        ),
      );
      for (const accountId of people) {
        const own = decided.filter((one) => one.accountId === accountId);
        assert.equal(own.filter(({ outcome }) => outcome.ok).length, 4);
        for (const { outcome } of own.filter((one) => !one.outcome.ok)) {
          assert.deepEqual(outcome, { ok: false, code: 'limit_reached', seatsHad: 4 });
        }
      }
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'one key used twice at once on two instances holds seats once',
    async (testApp, create) => {
      const instances = [testApp.openInstance(create), testApp.openInstance(create)];
      for (let round = 0; round < 20; round++) {
        const ref = { scope: NOBODY, key: `key ${round}`, fingerprint: Buffer.from('f') };
        const answers = await Promise.allSettled(
          instances.map((holds, index) =>
            holds.hold(testApp.request([round * 2 + index], { saveTo: { ref } })),
          ),
        );
        const won = answers.filter((one) => one.status === 'fulfilled' && one.value.ok);
        assert.equal(won.length, 1);
      }
      assert.deepEqual(await testApp.breaches(), []);
    },
  ],
  [
    'holds, payments, cancellations and lapses at once wait for each other in no circle, and break nothing',
    async (testApp, create) => {
      await runBusySale(testApp, { create });
      await settleHalf(testApp);
      assert.deepEqual(await testApp.breaches(), []);
      // Sessions count what happened to them when they end.
      await testApp.closeInstances();
      const [row] = await testApp.database.query<{ deadlocks: number }>(
        'select deadlocks from pg_stat_database where datname = current_database()',
      );
      assert.equal(row?.deadlocks, 0);
    },
  ],
];

/** No two winners share a seat, and every seat that a loser was told of has a winner. */
function assertFair(decided: readonly Decided[]): void {
  const owners = new Map<number, string>();
  for (const { request, outcome } of decided) {
    if (!outcome.ok) continue;
    assert.deepEqual(outcome.value.seatNos, request.seatNos);
    for (const seatNo of request.seatNos) {
      assert.equal(owners.get(seatNo), undefined, `seat ${seatNo} was given twice`);
      owners.set(seatNo, request.reservationId);
    }
  }
  assert.ok(owners.size > 0);
  for (const { request, outcome } of decided) {
    if (outcome.ok) continue;
    assert.equal(outcome.code, 'seat_taken');
    const seatNos = outcome.code === 'seat_taken' ? outcome.seatNos : [];
    assert.ok(seatNos.length > 0);
    for (const seatNo of seatNos) {
      assert.ok(request.seatNos.includes(seatNo));
    }
  }
}

type Stored = { seat_no: number; status: number; reservation_id: string };

function assertStored(seats: readonly Stored[], decided: readonly Decided[]): void {
  const owned = new Map(
    decided.flatMap(({ request, outcome }) =>
      outcome.ok ? request.seatNos.map((seatNo) => [seatNo, request.reservationId] as const) : [],
    ),
  );
  const held = seats.filter(({ status }) => status !== 0);
  assert.deepEqual(
    new Map(held.map((seat) => [seat.seat_no, seat.reservation_id])),
    new Map([...owned].toSorted(([a], [b]) => a - b)),
  );
}
