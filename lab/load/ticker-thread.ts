/** The thread of a ticker: sleeps until the moment that was set last, and says so. */

import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from './clock.ts';
import type { TickerCells } from './messages.ts';

const { set, dueMs } = workerData as TickerCells;

let seen = 0;
for (;;) {
  Atomics.wait(set, 0, seen);
  seen = Atomics.load(set, 0);
  // The call that set it may wake this wait instead of the one above: it is slept on then.
  for (let gapMs = gapToGo(); gapMs > 0; gapMs = gapToGo()) Atomics.wait(set, 0, seen, gapMs);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of threads has no origin
  if (Atomics.load(set, 0) === seen) parentPort!.postMessage(0);
}

/** What is left of the sleep; nothing when another moment was set. */
function gapToGo(): number {
  return Atomics.load(set, 0) === seen ? dueMs[0]! - nowMs() : 0;
}
