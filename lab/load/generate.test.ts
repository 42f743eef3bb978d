import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { planOf } from './arrivals.ts';
import { type BareServerOptions, createBareServer } from './bare-server.ts';
import { nowMs } from './clock.ts';
import { ConnectionPool } from './connection-pool.ts';
import { type Generation, generate } from './generate.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { LoadOrder } from './load-order.ts';
import { decidedLatency, type LoadResult, mergeResults } from './load-result.ts';
import { judgeFailure, WON } from './outcome.ts';
import { Recorder } from './recorder.ts';
import { encodeRequest } from './request.ts';
import { Ticker } from './ticker.ts';
import type { RequestTraffic, Share, Traffic } from './traffic.ts';

async function startServer(t: TestContext, options: BareServerOptions = {}) {
  const server = createBareServer(options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

type Target = Awaited<ReturnType<typeof startServer>>;

function asking(target: Target, count = Number.POSITIVE_INFINITY): RequestTraffic {
  const request = encodeRequest(target, { method: 'POST', path: '/', body: { seat: 1 } });
  return {
    kind: 'requests',
    count,
    request: () => request,
    judge: (answer) => (answer.status === 200 ? WON : judgeFailure(answer)),
  };
}

async function run(
  t: TestContext,
  target: Target,
  traffic: Traffic,
  order: LoadOrder,
  options: Partial<Generation> & { connections?: number; share?: Share } = {},
): Promise<{ result: LoadResult; nextIndex: number }> {
  const recorder = new Recorder();
  const pool = new ConnectionPool(target, { size: options.connections ?? 16, timeoutMs: 10_000 });
  const ticker = await Ticker.start();
  t.after(() => pool.close());
  t.after(() => ticker.stop());
  const nextIndex = await generate({
    traffic,
    pool,
    order,
    share: { no: 0, of: 1 },
    firstIndex: 0,
    startAtMs: nowMs(),
    drainMs: 10_000,
    recorder,
    ticker,
    signal: new AbortController().signal,
    ...options,
  });
  return { result: recorder.result(), nextIndex };
}

describe('an open load', () => {
  test('counts the waiting of everybody who came while the server stood still', async (t) => {
    const target = await startServer(t, { stall: (no) => (no === 200 ? 500 : 0) });
    const order = { loop: 'open', arrivals: planOf('constant', 500, 1_500) } as const;
    const { result } = await run(t, target, asking(target), order, { connections: 1 });
    assert.equal(result.offered, 750);
    assert.equal(result.outcomes.won, 750);
    // 250 people came during the 500 ms of standstill and waited 250 ms on average. A generator that asks
    // only after an answer sees a single slow one: its p90 would be that of the idle server.
    const latency = decidedLatency(result.latency);
    assert.ok(latency.percentile(70) > 20, String(latency.percentile(70)));
    assert.ok(latency.percentile(90) > 200, String(latency.percentile(90)));
    assert.ok(result.waitedForConnection > 200);
  });

  test('leaves out nobody and nobody twice when processes share it', async (t) => {
    const target = await startServer(t);
    const order = { loop: 'open', arrivals: planOf('poisson', 2_000, 300, 5) } as const;
    const seen: number[] = [];
    const traffic: Traffic = {
      ...asking(target),
      request: (index) => {
        seen.push(index);
        return encodeRequest(target, { method: 'GET', path: `/${index}` });
      },
    };
    const shares = [0, 1, 2].map((no) =>
      run(t, target, traffic, order, { share: { no, of: 3 }, firstIndex: 10 }),
    );
    const results = await Promise.all(shares);
    const merged = mergeResults(results.map(({ result }) => result));
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      Array.from({ length: seen.length }, (_, index) => index + 10),
    );
    assert.equal(merged.offered, seen.length);
    assert.equal(merged.outcomes.won, seen.length);
    assert.equal(LatencyHistogram.decode(merged.latency.won).count, seen.length);
    assert.equal(Math.max(...results.map(({ nextIndex }) => nextIndex)), seen.length + 10);
  });

  test('ends when all attempts are used up', async (t) => {
    const target = await startServer(t);
    const order = { loop: 'open', arrivals: planOf('constant', 5_000, 2_000) } as const;
    const { result, nextIndex } = await run(t, target, asking(target, 50), order);
    assert.deepEqual([result.offered, result.outcomes.won, nextIndex], [50, 50, 50]);
  });

  test('stopped in between gives what was measured so far', async (t) => {
    const target = await startServer(t);
    const stopping = new AbortController();
    let asked = 0;
    const traffic: Traffic = {
      ...asking(target),
      request: () => {
        if (++asked === 20) stopping.abort();
        return encodeRequest(target, { method: 'GET', path: '/' });
      },
    };
    const order = { loop: 'open', arrivals: planOf('constant', 100, 60_000) } as const;
    const { result } = await run(t, target, traffic, order, { signal: stopping.signal });
    // On a busy machine several that are due go out in one turn, the last of them after the word to stop.
    assert.equal(result.outcomes.won, result.offered);
    assert.ok(result.offered >= 20 && result.offered < 6_000, `${result.offered} were offered`);
  });

  test('counts as errors those who are refused a connection or get no answer', async (t) => {
    const target = await startServer(t, { stall: () => 5_000 });
    const order = { loop: 'open', arrivals: planOf('constant', 100, 50) } as const;
    const { result } = await run(t, target, asking(target), order, { drainMs: 50 });
    assert.deepEqual(result.errors, { 'no answer by the end': 5 });
    const nowhere = { host: '127.0.0.1', port: 1 };
    const refused = await run(t, nowhere, asking(nowhere), order);
    assert.deepEqual(refused.result.errors, { refused: 5 });
    assert.equal(refused.result.outcomes.error, 5);
  });
});

describe('a closed load', () => {
  test('keeps its number of people busy and no more', async (t) => {
    const target = await startServer(t);
    const order = { loop: 'closed', concurrency: 8, durationMs: 200 } as const;
    const { result } = await run(t, target, asking(target, 400), order);
    assert.equal(result.outcomes.won, result.offered);
    assert.ok(result.offered > 8 && result.offered <= 400);
    assert.equal(result.waitedForConnection, 0);
  });
});

describe('a journey', () => {
  test('is one attempt with steps of its own; what it throws is an error', async (t) => {
    const target = await startServer(t);
    const request = encodeRequest(target, { method: 'GET', path: '/' });
    const traffic: Traffic = {
      kind: 'journeys',
      count: 30,
      async walk(visitor, index) {
        await visitor.send('join', request);
        await visitor.wait(1);
        if (index === 3) throw new Error('lost the way');
        await visitor.send('pay', request);
        return WON;
      },
    };
    const order = { loop: 'open', arrivals: planOf('constant', 1_000, 1_000) } as const;
    const { result } = await run(t, target, traffic, order);
    assert.deepEqual(result.outcomes, { won: 29, lost: 0, refused: 0, error: 1 });
    assert.deepEqual(result.errors, { 'lost the way': 1 });
    const counts = Object.entries(result.steps).map(([name, text]) => [
      name,
      LatencyHistogram.decode(text).count,
    ]);
    assert.deepEqual(counts, [
      ['join', 30],
      ['pay', 29],
    ]);
  });
});
