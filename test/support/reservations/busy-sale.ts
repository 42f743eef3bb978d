import { createSeatHolds } from '../../../src/adapters/postgres/reservations/seat-holds.ts';
import { createSeededRandom } from '../../../src/kernel/random.ts';
import type { SeatHolds } from '../../../src/modules/reservations/index.ts';
import { type ReservationTestApp, type SeatHoldsFactory, seatPicker } from './test-app.ts';

const PRICE = 1_000;
const SEATS = 80;

type Visit = {
  readonly holds: SeatHolds;
  readonly accountId: string;
  readonly seatNos: readonly number[];
  /** What becomes of the hold, if there is one. */
  readonly fate: 'pay' | 'cancel' | 'pay-and-cancel' | 'request-cancel' | 'keep' | 'lapse';
};

const FATES: readonly Visit['fate'][] = [
  'pay',
  'cancel',
  'pay-and-cancel',
  'request-cancel',
  'keep',
  'lapse',
];

export type BusySaleOptions = {
  readonly create?: SeatHoldsFactory;
  readonly visits?: number;
  readonly seed?: number;
  /** Told of what a step threw; without it the sale ends there. */
  readonly onFault?: (error: unknown) => void;
};

/**
 * Leaves a database behind in which everything has happened that can happen to a reservation, at once and on
 * two instances, in real time. @returns the ids of the reservations that somebody was told to have
 */
export async function runBusySale(
  testApp: ReservationTestApp,
  { create = createSeatHolds, visits = 300, seed = 7, onFault }: BusySaleOptions = {},
): Promise<readonly string[]> {
  const random = createSeededRandom(seed);
  const pick = seatPicker(seed, SEATS, 3);
  const people = Array.from({ length: 60 }, () => testApp.ids.next());
  const unlessFaulty = (step: Promise<void>) => (onFault ? step.catch(onFault) : step);
  await Promise.all(people.map((accountId) => unlessFaulty(testApp.charge(accountId, 20 * PRICE))));
  const instances = [testApp.openInstance(create), testApp.openInstance(create)];
  const promised: string[] = [];
  const steps = Array.from({ length: visits }, (_, index) =>
    visit(
      testApp,
      {
        holds: instances[index % 2]!,
        accountId: people[random.below(people.length)]!,
        seatNos: pick(),
        fate: FATES[random.below(FATES.length)]!,
      },
      promised,
    ),
  );
  const sweeps = Array.from({ length: 10 }, async () => {
    await testApp.expiry().expire({ since: undefined, limit: 20 });
  });
  await Promise.all([...steps, ...sweeps].map(unlessFaulty));
  return promised;
}

async function visit(testApp: ReservationTestApp, one: Visit, promised: string[]): Promise<void> {
  const { holds, accountId, seatNos, fate } = one;
  const request = testApp.request(seatNos, {
    accountId,
    prices: seatNos.map(() => PRICE),
    amount: seatNos.length * PRICE,
    ...(fate === 'lapse' ? { holdTtlMs: 1 } : {}),
  });
  const outcome = await holds.hold(request);
  if (!outcome.ok) return;
  promised.push(request.reservationId);
  if (fate === 'keep' || fate === 'lapse') return;
  if (fate === 'pay' || fate === 'pay-and-cancel') await testApp.confirm(request.reservationId, accountId);
  if (fate === 'cancel' || fate === 'pay-and-cancel') await testApp.cancel(request.reservationId);
  if (fate === 'request-cancel') await testApp.cancel(request.reservationId, 'request-cancel');
}

/** Ends what has lapsed, and half of what was asked to be cancelled; the others are still on their way. */
export async function settleHalf(testApp: ReservationTestApp): Promise<void> {
  await testApp.expiry().expire({ since: undefined, limit: 1_000 });
  const rows = await testApp.database.query<{ id: string }>('select id from reservation where status = 2');
  const half = rows.slice(0, Math.ceil(rows.length / 2));
  await testApp.database.transaction((tx) =>
    testApp.cancellations().carryOut(
      half.map(({ id }) => ({ reservationId: id, transferId: testApp.ids.next() })),
      tx,
    ),
  );
}
