import { readFile } from 'node:fs/promises';
import type { Browser, CDPSession } from 'playwright-core';

/** What a page holds after its garbage was collected, in KB. */
export type PageMemory = {
  /** All of the heap of scripts. */
  readonly heap: number;
  /** What of it is the page's: all but code and what the engine learns of it, which it makes as long as it finds hot spots. */
  readonly data: number;
  /** Outside of the heap: typed arrays, buffers. */
  readonly buffers: number;
  /** Of the whole process that draws the page, canvases included; undefined where the system does not say. */
  readonly process: number | undefined;
};

type Snapshot = {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
};

/** Kinds of things in a heap snapshot that a page does not make. */
const ENGINE = new Set(['code', 'object shape', 'hidden', 'native']);

export async function readPageMemory(browser: Browser, client: CDPSession): Promise<PageMemory> {
  await client.send('HeapProfiler.enable');
  const data = await sizeOfData(client);
  // What a first collection frees may hold what a second one can free.
  for (let round = 0; round < 3; round++) await client.send('HeapProfiler.collectGarbage');
  const usage = await client.send('Runtime.getHeapUsage');
  return {
    heap: kilobytes(usage.usedSize),
    data: kilobytes(data),
    buffers: kilobytes(usage.backingStorageSize),
    process: await sizeOfRenderer(browser),
  };
}

async function sizeOfData(client: CDPSession): Promise<number> {
  const chunks: string[] = [];
  const take = ({ chunk }: { readonly chunk: string }) => void chunks.push(chunk);
  client.on('HeapProfiler.addHeapSnapshotChunk', take);
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  client.off('HeapProfiler.addHeapSnapshotChunk', take);
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  let sum = 0;
  for (let at = 0; at < nodes.length; at += fields.length)
    if (!ENGINE.has(types[0][nodes[at + type]!]!)) sum += nodes[at + size]!;
  return sum;
}

/** Of the largest process that draws pages: the others are spare. */
async function sizeOfRenderer(browser: Browser): Promise<number | undefined> {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send('SystemInfo.getProcessInfo');
  await client.detach();
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateKilobytes(id)),
  );
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Linux alone tells it. */
async function privateKilobytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const parts = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
  return parts.length === 0 ? undefined : parts.reduce((sum, [, kb]) => sum + Number(kb), 0);
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1_024);
}
