import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAIN, PARENT_DESCRIPTOR } from '../run-child.mjs';
import { serverOptions } from '../runtime-options.mjs';
import { ROOT } from '../setup/paths.mjs';
import { SetupFailure, say } from '../setup/terminal.mjs';

const READY_TIMEOUT_MS = 120_000;
const ASK_EVERY_MS = 100;
/** What ends by itself again and again shall not take the machine. */
const RESTART_AFTER_MS = 500;
const CHILD_DESCRIPTOR = 3;

/**
 * A process of the cluster, kept running: what ends by itself, or is killed, is started again at the same address.
 *
 * @param {{ name: string, roles: string, address: string, node: string, environment: Record<string, string> }} options
 */
export function createMember({ name, roles, address, node, environment }) {
  let child;
  let isWanted = false;
  let ended = Promise.resolve();

  function launch() {
    child = spawn(node, [...serverOptions(), MAIN, 'serve', '--roles', roles], {
      cwd: ROOT,
      env: { ...process.env, ...environment, [PARENT_DESCRIPTOR]: String(CHILD_DESCRIPTOR) },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      // A terminal's Ctrl-C is for the script, which stops them in order.
      detached: true,
    });
    child.stdio[CHILD_DESCRIPTOR].on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() !== '') process.stderr.write(`${name}: ${line}\n`);
      });
    const { pid } = child;
    say(`${name} (${roles}) is process ${pid} at ${address}`);
    ended = new Promise((resolve) => {
      child.once('error', resolve);
      child.once('exit', (code, signal) => {
        resolve();
        if (!isWanted) return;
        say(`${name} has ended by ${signal ?? code}, and is started again`);
        void sleep(RESTART_AFTER_MS).then(() => isWanted && launch());
      });
    });
  }

  /** @throws SetupFailure when it does not become ready */
  async function untilReady() {
    const giveUpAt = performance.now() + READY_TIMEOUT_MS;
    while (isWanted && performance.now() < giveUpAt) {
      const answer = await fetch(`${address}/health/ready`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return;
      await sleep(ASK_EVERY_MS);
    }
    if (isWanted) throw new SetupFailure(`${name} does not become ready: see what it wrote.`);
  }

  async function stop() {
    isWanted = false;
    child?.kill('SIGTERM');
    await ended;
  }

  async function start() {
    isWanted = true;
    launch();
    await untilReady();
  }

  return {
    name,
    address,
    start,
    stop,
    /** As a new version is rolled out: it stops in order, and its successor is ready before this resolves. */
    async restart() {
      await stop();
      await start();
    },
  };
}
