import type { Random } from '../kernel/random.ts';
import type { Seat } from '../modules/catalogue/index.ts';
import type { DemoPerformance } from './concerts.ts';

/** What one buyer takes at once: neighbouring seats. */
export type Purchase = {
  readonly performanceId: string;
  readonly seatIds: readonly string[];
  readonly amount: number;
  /** Epoch ms of the hold. */
  readonly at: number;
  /** Which buyer: their purchases of one performance all have different ones, from 0. */
  readonly buyer: number;
};

export type SoldPerformance = {
  readonly id: string;
  readonly capacity: number;
  readonly opensAt: number;
  readonly sold: NonNullable<DemoPerformance['sold']>;
  readonly limitPerPerson: number;
  seatAt(seatNo: number): Seat;
  priceOf(seatNo: number): number;
};

/** Moments at which a sale advances. */
const ROUNDS = 16;
const PARTY_MAX = 4;
/** How far a party settles from the best seat that is left, as a share of the house. */
const SPREAD = 0.35;

/** Who bought what and when, in the order of time; the front rows go first, as they do. */
export function planSales(performance: SoldPerformance, random: Random): readonly Purchase[] {
  const { sold, opensAt, id } = performance;
  const parties = seatParties(performance, random);
  const chosen = parties
    .map((seatNos, index) => ({ seatNos, rank: index / parties.length + random.float() * SPREAD }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ seatNos }) => seatNos);
  const purchases: Purchase[] = [];
  let seatsLeft = sold.seats;
  for (const party of chosen) {
    const seatNos = party.slice(0, seatsLeft);
    if (seatNos.length === 0) break;
    seatsLeft -= seatNos.length;
    purchases.push({
      performanceId: id,
      seatIds: seatNos.map((seatNo) => performance.seatAt(seatNo).id),
      amount: seatNos.reduce((sum, seatNo) => sum + performance.priceOf(seatNo), 0),
      at: opensAt + sold.fromMs,
      buyer: purchases.length,
    });
  }
  return purchases.map((purchase, index) => ({
    ...purchase,
    at: purchase.at + Math.floor((index / purchases.length) * ROUNDS) * (sold.tookMs / (ROUNDS - 1)),
  }));
}

/** Parts the house into parties of one to four who sit together in a row. */
function seatParties(performance: SoldPerformance, random: Random): number[][] {
  const parties: number[][] = [];
  const sizeMax = Math.min(PARTY_MAX, performance.limitPerPerson);
  let before: Seat | undefined;
  let size = 0;
  for (let seatNo = 0; seatNo < performance.capacity; seatNo++) {
    const seat = performance.seatAt(seatNo);
    const party = parties.at(-1);
    const isTogether = before?.section === seat.section && before.row === seat.row;
    if (party && isTogether && party.length < size) {
      party.push(seatNo);
    } else {
      parties.push([seatNo]);
      size = 1 + random.below(sizeMax);
    }
    before = seat;
  }
  return parties;
}
