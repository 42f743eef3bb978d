import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStomp } from '../support/stomp.ts';
import { Publisher, ResumingClients } from '../support/stomp-bench/resuming.ts';
import { fuzzParser } from '../support/stomp-fuzz.ts';
import { until } from '../support/until.ts';

const CLIENTS = 1_000;
const TOPICS = 20;
const EVERY_MS = 100;
const CUTS = 3;

describe('STOMP for long', { timeout: 240_000 }, () => {
  it('bears a million mutated frames, in any pieces', () => {
    const { made, parsed, refused } = fuzzParser(20_261_202, 1_000_000);
    assert.equal(made, 1_000_000);
    assert.ok(parsed > 200_000 && refused['frame_malformed']! > 100_000, JSON.stringify({ parsed, refused }));
  });

  it('gives a thousand clients that are cut at once every message that they missed, in order', async () => {
    const stomp = await startStomp({ isTimeReal: true });
    const place = {
      port: stomp.httpPort,
      path: '/stomp',
      login: '',
      passcode: undefined,
      sink: '/app/demo.sink',
      givesReceipts: true,
    };
    const publisher = await Publisher.open(place, TOPICS);
    const timer = setInterval(() => publisher.publish(), EVERY_MS);
    const clients = new ResumingClients(place, { count: CLIENTS, topics: TOPICS });
    try {
      await clients.open();
      for (let cut = 0; cut < CUTS; cut += 1) {
        await sleep(500);
        await clients.cut();
      }
      clearInterval(timer);
      await until(() => clients.having(publisher.last) === CLIENTS);
      const { silentGaps, repeated, told, deliveries } = clients.sight;
      assert.deepEqual({ silentGaps, repeated, told }, { silentGaps: 0, repeated: 0, told: 0 });
      assert.ok(deliveries >= CLIENTS * CUTS, `${deliveries} deliveries`);
      assert.deepEqual(stomp.errors, []);
    } finally {
      clearInterval(timer);
      publisher.close();
      clients.close();
      await stomp.stop();
    }
  });
});
