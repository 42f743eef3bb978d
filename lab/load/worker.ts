/** A generator process: offers its share of a load when its parent says so, load after load. */

import { createTraffic } from '../traffic/index.ts';
import { ConnectionPool } from './connection-pool.ts';
import { generate } from './generate.ts';
import { letParentDecide } from './led-by-parent.ts';
import { intervalMsOf } from './load-order.ts';
import type { FromWorker, LoadTask, ToWorker } from './messages.ts';
import { Recorder } from './recorder.ts';
import { Ticker } from './ticker.ts';

const PROGRESS_MS = 250;

type Prepared = { readonly begin: (startAtMs: number) => Promise<void>; readonly stop: () => void };

function tell(message: FromWorker): void {
  process.send?.(message);
}

async function prepare(task: LoadTask): Promise<Prepared> {
  const traffic = createTraffic(task.traffic, task.target, task.share);
  const pool = new ConnectionPool(task.target, { size: task.connections, timeoutMs: task.timeoutMs });
  if (!task.cold) await pool.open();
  const ticker = await Ticker.start();
  // What reading the people left would else be collected while the load runs: 30 to 60 ms that it would be blamed for.
  globalThis.gc?.();
  const stopping = new AbortController();
  return {
    stop: () => stopping.abort(),
    async begin(startAtMs) {
      const recorder = new Recorder(intervalMsOf(task.order));
      const timer = setInterval(() => tell({ say: 'progress', progress: recorder.progress() }), PROGRESS_MS);
      try {
        const { signal } = stopping;
        const nextIndex = await generate({
          ...task,
          traffic,
          pool,
          ticker,
          startAtMs,
          recorder,
          signal,
        });
        tell({ say: 'done', result: recorder.result(), nextIndex });
      } finally {
        clearInterval(timer);
        pool.close();
        await ticker.stop();
      }
    },
  };
}

let prepared: Prepared | undefined;

async function obey(message: ToWorker): Promise<void> {
  if (message.say === 'prepare') {
    prepared = await prepare(message.task);
    tell({ say: 'ready' });
  } else if (message.say === 'begin') {
    await prepared?.begin(message.startAtMs);
  } else {
    prepared?.stop();
  }
}

process.on('message', (message: ToWorker) => {
  obey(message).catch((error: unknown) => {
    tell({ say: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
letParentDecide();
