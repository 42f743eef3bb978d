import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRequest, type Target, targetOf } from '../../lab/load/request.ts';
import { type ApiRequest, holdSeats } from '../../traffic/requests.ts';
import { type CrowdResult, runCrowd } from './crowd.ts';
import { findDemoSale } from './demo-sale.ts';
import { brokenInvariants, makePeople, type Person, startSystem } from './system.ts';

/** Sockets that the crowd shares: a process holds 20,000 descriptors at most, and so does the other side. */
const CONNECTIONS_MAX = 2_000;

export type HotSeatResult = CrowdResult & {
  /** Invariants that do not hold afterwards. */
  readonly broken: readonly string[];
};

export type HotSeatOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  /** They want so many seats, one after the other. */
  readonly seats?: number;
};

/** Starts the system and lets people with passes reserve one and the same seat, all at once. */
export async function runHotSeat(
  people: number,
  { environment = {}, seats = 1 }: HotSeatOptions = {},
): Promise<HotSeatResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'firstcome-hot-seat-'));
  const system = await startSystem({ dataDir, environment });
  try {
    const { performanceId, seatIds } = await findDemoSale(system.address, seats);
    const crowd = await makePeople(dataDir, people, { performanceId, environment });
    assert.equal(crowd.length, people);
    const target = targetOf(system.address);
    const results: CrowdResult[] = [];
    for (const seatId of seatIds) {
      const requests = crowd.map((person) => hold(target, person, holdSeats(performanceId, [seatId])));
      results.push(await runCrowd(target, requests, Math.min(people, CONNECTIONS_MAX)));
    }
    return { ...addUp(results), broken: await brokenInvariants(dataDir, environment) };
  } finally {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function hold(target: Target, { accessToken, pass = '' }: Person, request: ApiRequest): string {
  const headers = { Authorization: `Bearer ${accessToken}`, 'Room-Pass': pass };
  return encodeRequest(target, { ...request, headers });
}

function addUp(results: readonly CrowdResult[]): CrowdResult {
  const answers = new Map<string, number>();
  for (const [kind, count] of results.flatMap((result) => [...result.answers])) {
    answers.set(kind, (answers.get(kind) ?? 0) + count);
  }
  return { answers, failures: results.flatMap((result) => result.failures) };
}

/** One wins, everybody else is told so, nobody is left without an answer. */
export function assertOneWinner(result: HotSeatResult, people: number): void {
  assert.deepEqual(result.failures, []);
  assert.deepEqual(Object.fromEntries(result.answers), { 201: 1, '409 seat_taken': people - 1 });
  assert.deepEqual(result.broken, []);
}
