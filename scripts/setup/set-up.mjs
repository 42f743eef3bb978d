import { SetupFailure } from './failure.mjs';
import { install, isWhole, matchesLockfile } from './install.mjs';
import { SETUP_LOCK, withLock } from './lock.mjs';
import { makePostgresLinks } from './postgres-links.mjs';
import { chooseRuntime, isSame } from './runtime.mjs';
import { fingerprint, machine, readState, writeState } from './state.mjs';

const LAUNCHER_MAJOR_MIN = 20;

/**
 * Brings the folder into a state in which the program runs: packages as in the lockfile, links of PostgreSQL, a Node
 * that works. What is in order already is left alone, so that this takes milliseconds; what a killed set-up left half
 * done is done again. Says what it does on standard error.
 *
 * @returns {Promise<string>} the path of the Node to run the program with
 */
export async function setUp() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < LAUNCHER_MAJOR_MIN) {
    throw new SetupFailure(
      `this needs Node ${LAUNCHER_MAJOR_MIN} or later and runs on Node ${process.versions.node}: install a newer Node.`,
    );
  }
  const installed = await fingerprint();
  const state = await readState();
  if (!(await isInOrder(state, installed)) && !(await matchesLockfile())) {
    await withLock(SETUP_LOCK, 'the set-up', async (onStart) => {
      // The set-up that was waited for may have done it.
      if ((await isInOrder(await readState(), installed)) || (await matchesLockfile())) return;
      await install(onStart);
    });
  }
  await makePostgresLinks();
  const seen = state.installed === installed && state.machine === machine() && (await isSame(state.runtime));
  if (seen) return state.runtime.path;
  const runtime = await chooseRuntime();
  await writeState({ installed, machine: machine(), runtime });
  return runtime.path;
}

async function isInOrder(state, installed) {
  return state.installed === installed && (await isWhole());
}
