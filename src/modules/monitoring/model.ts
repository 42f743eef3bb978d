import type { Stats, StatsPoint } from './contract.ts';
import type { BatchTotals, Reading } from './ports.ts';

/** A reading and when it was made, epoch ms. */
export type TimedReading = { readonly at: number; readonly reading: Reading };

/** Outcomes that mean that somebody got what they asked for. */
const WON = 'held';
const PAID = 'paid';
const NOTHING: BatchTotals = { batches: 0, requests: 0, waitMs: 0, runMs: 0 };

/** Two readings make a second of stats: what was counted in between, and how things stand at its end. */
export function statsBetween(before: TimedReading, now: TimedReading): Stats {
  const seconds = Math.max(0.001, (now.at - before.at) / 1_000);
  const rate = (of: (reading: Reading) => number) =>
    round(Math.max(0, of(now.reading) - of(before.reading)) / seconds);
  const { holds, payments, batches, rooms, roomWritesQueued, log } = now.reading;
  return {
    point: pointOf(now, rate),
    holdsUndecided: holds.undecided,
    holdOutcomes: { ...holds.outcomes },
    holdsExpired: holds.expired,
    paymentOutcomes: { ...payments },
    batches: Object.entries(batches).map(([name, totals]) =>
      batchStats(name, before.reading.batches[name] ?? NOTHING, totals, seconds),
    ),
    roomWritesQueued,
    rooms: rooms.map((room) => ({ ...room })),
    logPosition: log.position,
    eventsPerSecond: rate((reading) => reading.log.events),
    consumers: log.consumers.map((consumer) => ({ ...consumer })),
  };
}

function pointOf(
  { at, reading }: TimedReading,
  rate: (of: (reading: Reading) => number) => number,
): StatsPoint {
  const { rooms, seats, log } = reading;
  return {
    at: new Date(at).toISOString(),
    holds: rate(({ holds }) => sum(Object.values(holds.outcomes))),
    won: rate(({ holds }) => holds.outcomes[WON] ?? 0),
    paid: rate(({ payments }) => payments[PAID] ?? 0),
    admitted: rate(({ admissions }) => admissions),
    waiting: sum(rooms.map((room) => room.waiting)),
    active: sum(rooms.map((room) => room.active)),
    held: seats.held,
    sold: seats.sold,
    lag: Math.max(0, ...log.consumers.map((consumer) => consumer.lag)),
  };
}

function batchStats(name: string, before: BatchTotals, now: BatchTotals, seconds: number) {
  const batches = Math.max(0, now.batches - before.batches);
  const requests = Math.max(0, now.requests - before.requests);
  const mean = (total: number) => (batches === 0 ? 0 : round(Math.max(0, total) / batches));
  return {
    name,
    batchesPerSecond: round(batches / seconds),
    requestsPerSecond: round(requests / seconds),
    meanSize: mean(requests),
    meanWaitMs: mean(now.waitMs - before.waitMs),
    meanRunMs: mean(now.runMs - before.runMs),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const round = (value: number): number => Math.round(value * 100) / 100;
