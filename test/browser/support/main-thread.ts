import type { Browser, Page } from 'playwright-core';

/** What the tasks of a page's main thread took. */
export type MainThread = {
  /** Tasks over 50 ms as the page itself is told of them (W3C Long Tasks). */
  readonly longTasksMs: readonly number[];
  readonly tasks: number;
  readonly frames: number;
  /** From beginning to end: grows with what else the machine does. */
  readonly wallMsMax: number;
  /** What the thread spent of a processor: the page's own part, on a busy machine as well. */
  readonly cpuMsMax: number;
  readonly cpuMsP99: number;
  readonly cpuMsPerFrame: number;
};

/** Times in µs; `tdur` is processor time of the thread (Chromium's Trace Event Format). */
type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
};

const CATEGORIES = ['toplevel', 'devtools.timeline'];
const TASK = /RunTask$/;
const FRAME = 'FireAnimationFrame';

/** Notes tasks over 50 ms from the load on; to be given to `addInitScript`. */
export const NOTE_LONG_TASKS = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)));
  }).observe({ type: 'longtask', buffered: true });
`;

export function takeLongTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate('longTasks.splice(0)');
}

/** Measures the main thread of a page that notes long tasks while something is done to it. */
export async function watchMainThread(
  browser: Browser,
  page: Page,
  run: () => Promise<void>,
): Promise<MainThread> {
  await takeLongTasks(page);
  await browser.startTracing(page, { categories: CATEGORIES });
  await run();
  const buffer = await browser.stopTracing();
  const { traceEvents } = JSON.parse(buffer.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  return { longTasksMs: await takeLongTasks(page), ...sumUp(traceEvents) };
}

/** Of the thread that draws frames; no other does. */
function sumUp(events: readonly TraceEvent[]): Omit<MainThread, 'longTasksMs'> {
  const [frame] = events.filter(({ name }) => name === FRAME);
  const mine = events.filter(({ pid, tid }) => pid === frame?.pid && tid === frame.tid);
  const tasks = mine.filter(({ name, dur }) => TASK.test(name) && dur !== undefined);
  const frames = mine.filter(({ name }) => name === FRAME).length;
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1_000).toSorted((a, b) => a - b);
  const wallMax = Math.max(0, ...tasks.map(({ dur = 0 }) => dur / 1_000));
  const sum = cpu.reduce((total, ms) => total + ms, 0);
  return {
    tasks: tasks.length,
    frames,
    wallMsMax: rounded(wallMax),
    cpuMsMax: rounded(cpu.at(-1) ?? 0),
    cpuMsP99: rounded(cpu[Math.floor(cpu.length * 0.99)] ?? 0),
    cpuMsPerFrame: rounded(sum / Math.max(1, frames)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
