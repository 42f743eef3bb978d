/**
 * `npm run bench -- seat-map [--minutes=10] [--faster=10] [--save]`: what the map of 20,000 seats costs a page while
 * 500 seats a second change: tasks of the main thread while it is dragged and zoomed, and memory over so many minutes'
 * worth of changes, which come so many times faster. Prints what it measured; `--save` keeps it as the baseline.
 *
 * The changes come from within the page, so that the browser is measured and not what else this machine does; all
 * else is the real system with its demo data. Where the machine is busy, what a task takes by the clock is others'
 * doing too: `cpuMs` is the page's own part.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '../browser/support/chromium.ts';
import {
  type MainThread,
  NOTE_LONG_TASKS,
  takeLongTasks,
  watchMainThread,
} from '../browser/support/main-thread.ts';
import { type PageMemory, readPageMemory } from '../browser/support/page-memory.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { startSystem } from '../support/system.ts';

const BASELINE = new URL('../../lab/baselines/seat-map.json', import.meta.url);
const SEATS_PER_SECOND = 500;
const VIEWPORT = { width: 1280, height: 860 };
const NOTCH = -300;
/** From the whole hall to single seats, each from where the one before it was. */
const CLOSER = [0, 2, 1, 1];
const DRAGS = 3;
const LOOKS = 6;
const [minutes, faster] = [numberOf('minutes', 10), numberOf('faster', 10)];

/** Runs in the page: answers the stream of seats itself, ten times a second. */
const CHANGES = `
  globalThis.seatsPerSecond = ${SEATS_PER_SECOND};
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    if (!String(input).includes('/seats/stream')) return real(input, init);
    let version = Number(new URL(input, location.href).searchParams.get('since'));
    const some = () => {
      const seats = Array.from({ length: seatsPerSecond / 20 }, () => Math.floor(Math.random() * 20000));
      return seats.sort((a, b) => a - b).map((seatNo, at) => seatNo - (seats[at - 1] ?? 0));
    };
    const body = new ReadableStream({
      start(controller) {
        setInterval(() => {
          const delta = { from: version, version: version + 1, free: some(), held: some(), sold: [], remaining: {} };
          const frame = 'id: ' + ++version + '\\nevent: delta\\ndata: ' + JSON.stringify(delta) + '\\n\\n';
          controller.enqueue(new TextEncoder().encode(frame));
        }, 100);
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };
`;

const directory = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
const system = await startSystem({ dataDir: join(directory, 'data') });
const browser = await launchChromium();
try {
  const { performanceId } = await findDemoSale(system.address, 1);
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript(NOTE_LONG_TASKS + CHANGES);
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
    ...(await drag(page)),
    memoryKb: { minutes, faster, looks: await watchMemory(page) },
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(text);
  if (process.argv.includes('--save')) await writeFile(BASELINE, text);
} finally {
  await browser.close();
  await system.stop();
  await rm(directory, { recursive: true, force: true });
}

function numberOf(option: string, otherwise: number): number {
  return Number(new RegExp(`--${option}=(\\d+)`).exec(process.argv.join(' '))?.[1] ?? otherwise);
}

function countBytes(page: Page): () => number {
  let sum = 0;
  page.on('response', async (response) => {
    if (!/\/seats$|\/seat-plans\//.test(new URL(response.url()).pathname)) return;
    sum += (await response.request().sizes()).responseBodySize;
  });
  return () => sum;
}

type Moves = { readonly dragging: Readonly<Record<string, MainThread>>; readonly zooming: MainThread };

async function drag(page: Page): Promise<Moves> {
  const box = await page.locator('.seat-map-view').boundingBox();
  if (!box) throw new Error('the map is not shown');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const dragging: Record<string, MainThread> = {};
  let notches = 0;
  await page.mouse.move(x, y);
  for (const closer of CLOSER) {
    for (let step = 0; step < closer; step++) await page.mouse.wheel(0, NOTCH);
    notches += closer;
    dragging[`${notches} notches closer`] = await watchMainThread(browser, page, async () => {
      for (let round = 0; round < DRAGS; round++) await dragOnce(page, x, y);
    });
  }
  const zooming = await watchMainThread(browser, page, async () => {
    for (const delta of [40, -40, 40]) for (let step = 0; step < 40; step++) await page.mouse.wheel(0, delta);
  });
  return { dragging, zooming };
}

async function dragOnce(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 0; i < 40; i++) await page.mouse.move(x + Math.sin(i / 6) * 250, y + Math.cos(i / 5) * 180);
  await page.mouse.up();
}

/** After a while to warm up, so that what a first use makes once is not taken for growth. */
async function watchMemory(page: Page): Promise<readonly PageMemory[]> {
  const client = await page.context().newCDPSession(page);
  const pauseMs = (minutes * 60_000) / faster / LOOKS;
  await page.evaluate(`seatsPerSecond = ${SEATS_PER_SECOND * faster}`);
  await sleep(pauseMs);
  await readPageMemory(browser, client);
  const looks: PageMemory[] = [];
  for (let look = 0; look <= LOOKS; look++) {
    if (look > 0) await sleep(pauseMs);
    looks.push(await readPageMemory(browser, client));
  }
  return looks;
}
