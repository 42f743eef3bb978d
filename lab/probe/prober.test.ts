import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createBareServer } from '../load/bare-server.ts';
import { runProber } from './run-prober.ts';

test('the prober asks at its rate whatever happens, and counts the waiting of all who came meanwhile', async (t) => {
  const WARM_UP = 512;
  const server = createBareServer({ stall: (no) => (no === WARM_UP + 100 ? 400 : 0) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const seen = await runProber({ url, perSecond: 500, durationMs: 1_000 });
  assert.equal(seen.count, 500);
  // 200 came during the standstill and waited 200 ms on average.
  assert.ok(seen.percentile(90) > 150, String(seen.percentile(90)));
});
