import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ExportReceiver } from '../../../test/support/export-receiver.ts';
import { exportRecords } from '../../../test/support/export-records.ts';
import { createManualClock, systemClock } from '../../kernel/clock.ts';
import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import { createHttpExport, type HttpExportOptions } from './export-sink.ts';

const SECRET = 'a-secret-of-this-very-test-01';
/** Attempts of one call. */
const ATTEMPTS = 3;
let receiver: ExportReceiver;

before(async () => {
  receiver = await ExportReceiver.open();
});
after(() => receiver.close());
beforeEach(() => {
  receiver.requests.length = 0;
  receiver.events.length = 0;
  receiver.refused.clear();
  receiver.headers = {};
});

function open(more: Partial<HttpExportOptions> = {}) {
  const attempts: string[] = [];
  const sink = createHttpExport({
    url: receiver.url,
    isCompressed: false,
    timeoutMs: 5_000,
    batchMax: 500,
    clock: systemClock,
    onAttempt: (outcome) => void attempts.push(outcome),
    ...more,
  });
  return { sink, attempts };
}

const idsOf = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id);
const repeated = <T>(times: number, what: T) => Array.from({ length: times }, () => what);

describe('the export over HTTP', { timeout: 60_000 }, () => {
  it('sends batches of CloudEvents of the size asked for, in order', async () => {
    const { sink, attempts } = open({ batchMax: 10 });
    await sink.write(exportRecords(25));
    assert.deepEqual(idsOf(receiver.events), idsOf(exportRecords(25)));
    assert.equal(receiver.requests.length, 3);
    for (const { headers } of receiver.requests)
      assert.equal(headers['content-type'], 'application/cloudevents-batch+json; charset=UTF-8');
    assert.deepEqual(attempts, repeated(3, 'accepted'));
  });

  it('sends no batch above a mebibyte, but for one event that is larger', async () => {
    const { sink } = open();
    await sink.write([
      ...exportRecords(3, 'x'.repeat(600_000)),
      ...exportRecords(1, 'x'.repeat(2_000_000), 3),
    ]);
    assert.equal(receiver.requests.length, 4);
    assert.deepEqual(idsOf(receiver.events), idsOf(exportRecords(4)));
  });

  it('compresses, authorises and signs where it is told to', async () => {
    const { sink } = open({ isCompressed: true, authorization: 'Bearer of-this-test', secret: SECRET });
    await sink.write(exportRecords(50));
    const { headers, body } = receiver.requests[0]!;
    assert.equal(headers['content-encoding'], 'gzip');
    assert.ok(Number(headers['content-length']) < body.length / 2);
    assert.equal(headers.authorization, 'Bearer of-this-test');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const expected = createHmac('sha256', SECRET).update(signed).digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${expected}`);
    assert.equal(receiver.events.length, 50);
  });

  it('repeats what fails, is cut off or hangs, so that at last every event is there', async () => {
    for (const trouble of [500, 503, 429, 408, 301, 'cut', 'hang'] as const) {
      const { sink, attempts } = open({ timeoutMs: 300 });
      receiver.events.length = 0;
      receiver.trouble(trouble);
      await sink.write(exportRecords(20));
      assert.deepEqual(idsOf(receiver.events), idsOf(exportRecords(20)), String(trouble));
      assert.deepEqual(attempts.at(-1), 'accepted');
    }
  });

  it('sends the same ids again where the answer was lost after the effect', async () => {
    const { sink } = open();
    receiver.trouble('cut-after');
    await sink.write(exportRecords(20));
    assert.equal(receiver.events.length, 40);
    assert.deepEqual(idsOf(receiver.once), idsOf(exportRecords(20)));
  });

  it('says that the platform is away, whatever refuses every event, and asks nobody for a while', async () => {
    for (const trouble of [500, 401, 404, 'hang'] as const) {
      const { sink } = open({ timeoutMs: 100 });
      receiver.requests.length = 0;
      receiver.trouble(...repeated(5, trouble));
      const isAway = (error: unknown) => error instanceof UnavailableFault && error.dependency === 'export';
      await assert.rejects(sink.write(exportRecords(3)), isAway);
      assert.equal(receiver.requests.length, ATTEMPTS);
      await assert.rejects(sink.write(exportRecords(3)), isAway);
      await assert.rejects(sink.write(exportRecords(3)), isAway);
      assert.equal(receiver.requests.length, 5, 'after five failures the breaker is open');
    }
    assert.equal(receiver.events.length, 0);
  });

  it('comes again when it was told to, and not before', async () => {
    const clock = createManualClock();
    const { sink } = open({ clock });
    receiver.headers = { 'retry-after': '30' };
    receiver.trouble(503);
    await assert.rejects(sink.write(exportRecords(2)), /answered 503/);
    await clock.advance(29_999);
    for (let asked = 0; asked < 10; asked++)
      await assert.rejects(sink.write(exportRecords(2)), /asked to wait until 2026-01-01T00:00:30.000Z/);
    assert.equal(receiver.requests.length, 1);
    await clock.advance(1);
    await sink.write(exportRecords(2));
    assert.equal(receiver.events.length, 2);
  });

  it('finds the one event that is refused, when all before it are there', async () => {
    const { sink } = open();
    const records = exportRecords(100);
    receiver.refused.add(records[41]!.id);
    await assert.rejects(sink.write(records), (error) => {
      assert.ok(error instanceof Fault && error.code === 'export_refused' && !error.retryable);
      assert.match(error.message, new RegExp(`event ${records[41]!.id} .*422 bad event`));
      return true;
    });
    assert.deepEqual(idsOf(receiver.events), idsOf(records.slice(0, 41)));
  });

  it('gives up what hangs when it is closed', async () => {
    const { sink } = open({ timeoutMs: 60_000 });
    receiver.trouble('hang');
    const writing = sink.write(exportRecords(1));
    const outcome = assert.rejects(writing, UnavailableFault);
    while (receiver.requests.length === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
    await sink.close();
    await outcome;
  });
});
