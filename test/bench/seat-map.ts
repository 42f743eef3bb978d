/**
 * `npm run bench -- seat-map [--minutes=10]`: what the map of 20,000 seats costs a page while 500 seats a second change:
 * tasks that hold up the main thread while it is dragged about, and memory over time. Prints what it measured. The
 * changes come from within the page, so that the browser is measured and not what else this machine does; all else is
 * the real system with its demo data.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '../browser/support/chromium.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { startSystem } from '../support/system.ts';

const SEATS_PER_SECOND = 500;
/** From the whole hall to single seats. */
const NOTCHES = [0, 2, 3];
const DRAGS = 6;
const LOOK_EVERY_MS = 20_000;
const minutes = Number(/--minutes=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 1);

/** Runs in the page: answers the stream of seats itself, ten times a second, and notes long tasks. */
const IN_PAGE = `
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (!String(input).includes('/seats/stream')) return real(input, init);
    let version = Number(new URL(input, location.href).searchParams.get('since'));
    const half = () => Array.from({ length: ${SEATS_PER_SECOND / 20} }, () => Math.floor(Math.random() * 20000));
    const body = new ReadableStream({
      start(controller) {
        setInterval(() => {
          const delta = { from: version, version: version + 1, free: half(), held: half(), sold: [], remaining: {} };
          const frame = 'id: ' + ++version + '\\nevent: delta\\ndata: ' + JSON.stringify(delta) + '\\n\\n';
          controller.enqueue(new TextEncoder().encode(frame));
        }, 100);
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)));
  }).observe({ type: 'longtask', buffered: true });
`;

const directory = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
const system = await startSystem({ dataDir: join(directory, 'data') });
const browser = await launchChromium();
try {
  const { performanceId } = await findDemoSale(system.address, 1);
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.addInitScript(IN_PAGE);
  const bytes = countBytes(page);
  await page.goto(`${system.address}/performances/${performanceId}/seats`);
  await page.locator('.seat-map-view').waitFor();
  await sleep(2_000);
  const result = {
    bench: 'seat-map',
    chromium: browser.version(),
    cores: availableParallelism(),
    load: loadavg()[0],
    seatsPerSecond: SEATS_PER_SECOND,
    firstPayloadBytes: bytes(),
    longTasksMsWhileLoading: await takeLongTasks(page),
    longTasksMsWhileDragging: await drag(page),
    heapKb: await watchHeap(page),
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  await system.stop();
  await rm(directory, { recursive: true, force: true });
}

function countBytes(page: Page): () => number {
  let sum = 0;
  page.on('response', async (response) => {
    if (!/\/seats$|\/seat-plans\//.test(new URL(response.url()).pathname)) return;
    sum += (await response.request().sizes()).responseBodySize;
  });
  return () => sum;
}

function takeLongTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate('longTasks.splice(0)');
}

async function drag(page: Page): Promise<Readonly<Record<string, readonly number[]>>> {
  const box = await page.locator('.seat-map-view').boundingBox();
  if (!box) throw new Error('the map is not shown');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const found: Record<string, readonly number[]> = {};
  for (const notches of NOTCHES) {
    await page.mouse.move(x, y);
    for (let step = 0; step < notches; step++) await page.mouse.wheel(0, -300);
    await takeLongTasks(page);
    for (let round = 0; round < DRAGS; round++) {
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let i = 0; i < 40; i++)
        await page.mouse.move(x + Math.sin(i / 6) * 250, y + Math.cos(i / 5) * 180);
      await page.mouse.up();
    }
    found[`${notches} notches closer`] = await takeLongTasks(page);
  }
  return found;
}

/** Used memory of the page after collecting garbage, every 20 s. */
async function watchHeap(page: Page): Promise<readonly number[]> {
  const client = await page.context().newCDPSession(page);
  const looks: number[] = [];
  for (let look = 0; look <= (minutes * 60_000) / LOOK_EVERY_MS; look++) {
    if (look > 0) await sleep(LOOK_EVERY_MS);
    await client.send('HeapProfiler.collectGarbage');
    looks.push(Math.round((await client.send('Runtime.getHeapUsage')).usedSize / 1_024));
  }
  return looks;
}
