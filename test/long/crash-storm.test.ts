import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../traffic/api-client.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { brokenPromises, numberOf, rage, type Storm } from '../support/storm.ts';
import { brokenInvariants, makePeople, type Person, type System, startSystem } from '../support/system.ts';

const ROUNDS = 20;
const WORKERS = 48;
const PEOPLE = 2_000;
/** Few enough to be fought over, enough to last for all rounds. */
const SEATS = 1_500;

/** The people of the storm charge more than people do in a month. */
const ENVIRONMENT = { CHARGE_MONTH_MAX: '9000000000' };

let dataDir: string;
let system: System;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-storm-'));
  system = await startSystem({ dataDir, environment: ENVIRONMENT });
});

after(async () => {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A storm that has not begun, and one person for each round who joins only after the fall. */
async function prepare(): Promise<{ readonly storm: Storm; readonly latecomers: readonly Person[] }> {
  const people = await makePeople(dataDir, PEOPLE + ROUNDS);
  const { performanceId, seatIds } = await findDemoSale(system.address, SEATS);
  const promises = { entries: new Map(), reservations: new Map(), charges: new Map() };
  const storm = {
    client: new ApiClient(system.address),
    performanceId,
    people: people.slice(ROUNDS),
    seatIds,
    promises,
    over: AbortSignal.abort(),
  };
  return { storm, latecomers: people.slice(0, ROUNDS) };
}

test(`${ROUNDS} kills in the middle of a storm lose nothing that was promised`, async (t) => {
  const { storm: calm, latecomers } = await prepare();
  let highest = 0;
  for (const [index, latecomer] of latecomers.entries()) {
    const round = index + 1;
    const end = new AbortController();
    const storm = { ...calm, client: new ApiClient(system.address), over: end.signal };
    const raging = rage(storm, WORKERS);
    await sleep(300 + Math.random() * 1_500);
    await system.kill(round % 2 === 0 ? 'group' : 'server');
    end.abort();
    await raging;
    highest = Math.max(highest, ...storm.promises.entries.values());
    system = await startSystem({ dataDir, environment: ENVIRONMENT });
    const risen = { ...storm, client: new ApiClient(system.address) };
    const number = await numberOf(risen, latecomer);
    assert.ok(number > highest, `round ${round}: ${number} was given after ${highest}`);
    highest = number;
    assert.deepEqual((await brokenPromises(risen)).slice(0, 5), [], `round ${round} broke a promise`);
    assert.deepEqual(await brokenInvariants(dataDir), [], `round ${round} broke an invariant`);
  }
  const { reservations, entries, charges } = calm.promises;
  t.diagnostic(
    `${reservations.size} reservations, ${entries.size} places, ${charges.size} charges promised and kept`,
  );
  assert.ok(reservations.size > 20 * ROUNDS && entries.size > 0 && charges.size > 0, 'the storm did nothing');
});
