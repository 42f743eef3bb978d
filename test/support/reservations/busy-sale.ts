import { createSeatHolds } from '../../../src/adapters/postgres/seat-holds.ts';
import { createSeededRandom } from '../../../src/kernel/random.ts';
import type { SeatHolds } from '../../../src/modules/reservations/index.ts';
import { type ReservationStage, type SeatHoldsFactory, seatPicker } from './stage.ts';

const PRICE = 1_000;
const SEATS = 80;
const VISITS = 300;

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

/**
 * Leaves a database behind in which everything has happened that can happen to a reservation, at once and on
 * two instances, in real time.
 */
export async function runBusySale(
  stage: ReservationStage,
  create: SeatHoldsFactory = createSeatHolds,
): Promise<void> {
  const random = createSeededRandom(7);
  const pick = seatPicker(7, SEATS, 3);
  const people = Array.from({ length: 60 }, () => stage.ids.next());
  await Promise.all(people.map((accountId) => stage.charge(accountId, 20 * PRICE)));
  const instances = [stage.openInstance(create), stage.openInstance(create)];
  const visits = Array.from({ length: VISITS }, (_, index) =>
    visit(stage, {
      holds: instances[index % 2]!,
      accountId: people[random.below(people.length)]!,
      seatNos: pick(),
      fate: FATES[random.below(FATES.length)]!,
    }),
  );
  const lapses = Array.from({ length: 10 }, () => stage.expiry().expire({ since: undefined, limit: 20 }));
  await Promise.all([...visits, ...lapses]);
  await stage.expiry().expire({ since: undefined, limit: 1_000 });
  await carryOutRequests(stage);
}

async function visit(stage: ReservationStage, { holds, accountId, seatNos, fate }: Visit): Promise<void> {
  const request = stage.request(seatNos, {
    accountId,
    prices: seatNos.map(() => PRICE),
    amount: seatNos.length * PRICE,
    ...(fate === 'lapse' ? { holdTtlMs: 1 } : {}),
  });
  const outcome = await holds.hold(request);
  if (!outcome.ok || fate === 'keep' || fate === 'lapse') return;
  if (fate === 'pay' || fate === 'pay-and-cancel') await stage.confirm(request.reservationId, accountId);
  if (fate === 'cancel' || fate === 'pay-and-cancel') await stage.cancel(request.reservationId);
  if (fate === 'request-cancel') await stage.cancel(request.reservationId, 'request-cancel');
}

/** Half of them: the others are still on their way. */
async function carryOutRequests(stage: ReservationStage): Promise<void> {
  const rows = await stage.database.query<{ id: string }>('select id from reservation where status = 2');
  const half = rows.slice(0, Math.ceil(rows.length / 2));
  await stage.database.transaction((tx) =>
    stage.cancellations().carryOut(
      half.map(({ id }) => ({ reservationId: id, transferId: stage.ids.next() })),
      tx,
    ),
  );
}
