import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { planOf } from './arrivals.ts';
import { createBareServer } from './bare-server.ts';
import { GeneratorPool, type PoolLoad } from './generator-pool.ts';

const LOAD: Omit<PoolLoad, 'target'> = {
  traffic: { kind: 'bare', method: 'POST' },
  order: { loop: 'open', arrivals: planOf('constant', 1_000, 300) },
  firstIndex: 0,
  cold: false,
  connections: 5,
  timeoutMs: 5_000,
  drainMs: 5_000,
  signal: new AbortController().signal,
};

test('several processes share a load, and go on to the next', async (t) => {
  const server = createBareServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const pool = new GeneratorPool(2);
  t.after(() => pool.close());
  const first = await pool.offer({ ...LOAD, target });
  assert.deepEqual(first.result.outcomes, { won: 300, lost: 0, refused: 0, error: 0 });
  assert.equal(first.nextIndex, 300);
  const order = { loop: 'closed', concurrency: 4, durationMs: 100 } as const;
  const second = await pool.offer({ ...LOAD, target, order, firstIndex: first.nextIndex });
  assert.equal(second.result.outcomes.won, second.result.offered);
  assert.ok(second.nextIndex > 300);
});

test('a server that is not there is said, and the processes stay for the next load', async (t) => {
  const pool = new GeneratorPool(2);
  t.after(() => pool.close());
  const nowhere = { host: '127.0.0.1', port: 1 };
  await assert.rejects(pool.offer({ ...LOAD, target: nowhere }), /ECONNREFUSED/);
  await assert.rejects(pool.offer({ ...LOAD, target: nowhere }), /ECONNREFUSED/);
});

test('a load that is stopped gives what was measured so far', async (t) => {
  const server = createBareServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const pool = new GeneratorPool(2);
  t.after(() => pool.close());
  const stopping = new AbortController();
  const order = { loop: 'open', arrivals: planOf('constant', 200, 600_000) } as const;
  const { result } = await pool.offer({
    ...LOAD,
    target,
    order,
    signal: stopping.signal,
    onProgress: ({ won }) => won > 20 && stopping.abort(),
  });
  assert.ok(result.outcomes.won > 20 && result.outcomes.won < 120_000);
  assert.equal(result.outcomes.won, result.offered);
});
