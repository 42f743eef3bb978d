import { readdir } from 'node:fs/promises';
import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Metrics } from './metrics.ts';

const DELAY_RESOLUTION_MS = 10;
const NANOSECOND = 1e-9;
const MICROSECOND = 1e-6;
const MILLISECOND = 1e-3;
const GC_BOUNDS = [0.001, 0.01, 0.1, 1, 2, 5];

const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/**
 * How the process fares, under the names that Node's Prometheus clients have made usual, so that dashboards
 * made elsewhere fit. Our own reading rather than the client's, whose observers cannot be stopped.
 */
export function measureProcess(metrics: Metrics): Lifecycle {
  readMemory(metrics);
  readCpu(metrics);
  const delay = readEventLoop(metrics);
  const collections = observeCollections(metrics);
  return createLifecycle('process metrics', {
    start() {
      delay.enable();
      collections.observe({ entryTypes: ['gc'] });
    },
    stop() {
      delay.disable();
      collections.disconnect();
    },
  });
}

function readMemory(metrics: Metrics): void {
  metrics.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory.' }, (set) =>
    set(process.memoryUsage.rss()),
  );
  metrics.gauge({ name: 'nodejs_memory_bytes', help: 'Memory of the runtime by kind.' }, (set) => {
    const { heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
    set(heapTotal, { kind: 'heap_total' });
    set(heapUsed, { kind: 'heap_used' });
    set(external, { kind: 'external' });
    set(arrayBuffers, { kind: 'array_buffers' });
  });
  metrics.gauge(
    { name: 'process_open_fds', help: 'Open file descriptors, where /proc tells.' },
    async (set) => {
      const open = await readdir('/proc/self/fd').catch(() => undefined);
      if (open) set(open.length);
    },
  );
}

function readCpu(metrics: Metrics): void {
  metrics.counter({ name: 'process_cpu_seconds_total', help: 'CPU time by mode.' }, (set) => {
    const { user, system } = process.cpuUsage();
    set(user * MICROSECOND, { mode: 'user' });
    set(system * MICROSECOND, { mode: 'system' });
  });
  metrics.gauge({ name: 'process_start_time_seconds', help: 'When the process began, Unix time.' }, (set) =>
    set(performance.timeOrigin * MILLISECOND),
  );
}

function readEventLoop(metrics: Metrics) {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  metrics.gauge(
    {
      name: 'nodejs_eventloop_delay_seconds',
      help: 'How late the event loop was since the last reading, less the sampling interval.',
    },
    (set) => {
      const late = (ns: number) => Math.max(0, ns * NANOSECOND - DELAY_RESOLUTION_MS * MILLISECOND);
      set(delay.count === 0 ? 0 : late(delay.mean), { quantile: 'mean' });
      set(late(delay.percentile(50)), { quantile: '0.5' });
      set(late(delay.percentile(99)), { quantile: '0.99' });
      set(late(delay.max), { quantile: '1' });
      delay.reset();
    },
  );
  metrics.counter(
    {
      name: 'nodejs_eventloop_seconds_total',
      help: 'Time of the event loop; the share of active in the rate is its utilisation.',
    },
    (set) => {
      const { active, idle } = performance.eventLoopUtilization();
      set(active * MILLISECOND, { state: 'active' });
      set(idle * MILLISECOND, { state: 'idle' });
    },
  );
  return delay;
}

function observeCollections(metrics: Metrics): PerformanceObserver {
  const durations = metrics.histograms({
    name: 'nodejs_gc_duration_seconds',
    help: 'Pauses for garbage collection by kind.',
    bounds: GC_BOUNDS,
  });
  return new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) durations({ kind: kindOf(entry) }).observe(entry.duration / 1_000);
  });
}

function kindOf(entry: PerformanceEntry): string {
  const { kind } = (entry as PerformanceEntry & { detail?: { kind?: number } }).detail ?? {};
  return GC_KINDS[kind ?? -1] ?? 'other';
}
