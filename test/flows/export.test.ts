import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readExportPlaces, restartExport } from '../../src/adapters/postgres/events/export-places.ts';
import { ExportReceiver } from '../support/export-receiver.ts';
import { assertExactly, readCloudEvent, readRecord } from '../support/outside-events.ts';
import { Shop } from '../support/reservations/shop.ts';
import { until } from '../support/until.ts';

/** A sale with everything that a buyer does, and a credit, whose reason may name somebody. */
async function sellAndCredit(shop: Shop): Promise<void> {
  const performanceId = await shop.performance();
  const buyer = await shop.buyer();
  await shop.bought(buyer, performanceId, [1, 2]);
  await shop.cancel(buyer, await shop.held(buyer, performanceId, [3]));
  const { manager } = shop.testApp;
  await shop.testApp.made(manager, `POST /v1/accounts/${buyer.accountId}/credits`, {
    amount: { amount: 500, currency: 'KRW' },
    reason: 'for Kim Minji of Test Street',
  });
}

const position = async (shop: Shop, name: string) => {
  const rows = await shop.testApp.database.query<{ position: number }>(
    'select position from event_consumer where name = $1',
    [name],
  );
  return rows[0]?.position ?? 0;
};

/** Waits until the place of the export is at the end of the record. @returns the record */
async function exported(shop: Shop, name: string) {
  const record = await readRecord(shop.testApp.database);
  const end = record.at(-1)!.position;
  await until(async () => (await position(shop, name)) >= end);
  return record;
}

describe('events on their way to an outside platform', { timeout: 90_000 }, () => {
  let receiver: ExportReceiver;
  let shop: Shop;

  before(async () => {
    receiver = await ExportReceiver.open();
    shop = await Shop.open({ EXPORT_URL: receiver.url, EXPORT_TIMEOUT_MS: '300', EXPORT_BATCH_MAX: '7' });
  });
  after(async () => {
    await shop.close();
    await receiver.close();
  });

  const call = async (path: string) => (await shop.testApp.call(shop.testApp.manager, `GET ${path}`)).body;

  it('are exactly those of the record, in its order, without what stays inside', async () => {
    await sellAndCredit(shop);
    const record = await exported(shop, 'export.http');
    assertExactly(receiver.once, record);
    assert.ok(receiver.once.some(({ type }) => type === 'points.credited'));
    assert.doesNotMatch(JSON.stringify(receiver.requests), /Kim Minji/);
  });

  it('are all there, whatever befalls the platform, and come again under their ids', async () => {
    for (const troubles of [
      ['cut', 'cut-after'],
      [500, 'hang'],
      [429, 'cut-after'],
    ] as const) {
      receiver.trouble(...troubles);
      await sellAndCredit(shop);
      const record = await exported(shop, 'export.http');
      assertExactly(receiver.once, record);
    }
    assert.ok(receiver.events.length > receiver.once.length, 'some came twice');
  });

  it('wait while it is away, over a restart, and operators see it while sales go on', async () => {
    receiver.away = 503;
    const there = receiver.once.length;
    await sellAndCredit(shop);
    const ready = () => call('/health/ready');
    const degraded = await until(ready, ({ checks }) => checks['export'] === 'failed');
    assert.equal(degraded['status'], 'ready');
    const { items } = await call('/v1/events/consumers');
    const found = (items as { name: string; lag: number; lastError: string }[]).filter(
      ({ name }) => name === 'export.http',
    );
    assert.equal(found.length, 1);
    assert.ok(found[0]!.lag > 0);
    assert.match(found[0]!.lastError, /export platform/);
    const metrics = (await shop.testApp.app.server.inject('/metrics')).body;
    assert.match(metrics, /^firstcome_consumer_lag\{consumer="export.http",kind="durable"\} [1-9]/m);
    assert.match(metrics, /^firstcome_consumer_failures\{consumer="export.http",kind="durable"\} [1-9]/m);
    assert.match(metrics, /^firstcome_export_attempts_total\{outcome="away"\} [1-9]/m);
    await sellAndCredit(shop);
    await shop.testApp.restart();
    assert.equal(receiver.once.length, there);
    receiver.away = undefined;
    const record = await exported(shop, 'export.http');
    assertExactly(receiver.once, record);
    await until(ready, ({ checks }) => checks['export'] === 'ok');
  });
});

describe('an event that the platform refuses for good', { timeout: 90_000 }, () => {
  it('is parked, holds up nothing of other keys, and leaves when it is redriven', async () => {
    const receiver = await ExportReceiver.open();
    const shop = await Shop.open({ EXPORT_URL: receiver.url });
    const { testApp } = shop;
    try {
      receiver.refused.add('points.credited');
      await sellAndCredit(shop);
      const record = await exported(shop, 'export.http');
      const groups = async () =>
        (await testApp.call(testApp.manager, 'GET /v1/dead-letters/groups')).body['items'];
      const [group] = await until(groups, ({ length }) => length === 1);
      assert.deepEqual([group.consumer, group.parked, group.waiting], ['export.http', 1, 0]);
      assert.match(group.error, /points\.credited.*422 bad event/);
      const others = record.filter(({ type }) => type !== 'points.credited');
      assertExactly(receiver.once, others);
      receiver.refused.clear();
      const body = { consumer: 'export.http' };
      const { status } = await testApp.call(testApp.manager, 'POST /v1/dead-letters/redrives', { body });
      assert.ok(status < 300);
      await until(() => receiver.once.length === record.length);
      const inOrder = receiver.once.toSorted((a, b) => Number(a.id) - Number(b.id));
      assertExactly(inOrder, record);
    } finally {
      await shop.close();
      await receiver.close();
    }
  });
});

describe('an export', { timeout: 90_000 }, () => {
  it('says where it stands, and sends the whole record once more when it is told to', async () => {
    const receiver = await ExportReceiver.open();
    const shop = await Shop.open({ EXPORT_URL: receiver.url });
    try {
      const { database } = shop.testApp;
      await sellAndCredit(shop);
      const record = await exported(shop, 'export.http');
      const [place, ...others] = await readExportPlaces(database);
      assert.deepEqual(others, []);
      const { name, position: at, behind, failing } = place!;
      assert.deepEqual([name, at, behind, failing], ['export.http', record.at(-1)!.position, 0, null]);
      assert.equal(await restartExport(database, 'export.http'), true);
      await shop.buyer(0);
      const more = await exported(shop, 'export.http');
      assert.ok(more.length > record.length);
      assertExactly(receiver.events.slice(record.length), more);
      assert.equal(await restartExport(database, 'export.file'), false);
    } finally {
      await shop.close();
      await receiver.close();
    }
  });
});

describe('events on their way to files', { timeout: 90_000 }, () => {
  it('are exactly those of the record, in its order, over restarts and files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'firstcome-export-'));
    const shop = await Shop.open({ EXPORT_TO: 'file', EXPORT_DIR: folder, EXPORT_FILE_BYTES: '4096' });
    try {
      for (let round = 0; round < 3; round++) {
        await sellAndCredit(shop);
        if (round > 0) await exported(shop, 'export.file');
        await shop.testApp.restart();
      }
      const record = await exported(shop, 'export.file');
      const names = (await readdir(folder)).toSorted();
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
      const events = texts
        .join('')
        .trimEnd()
        .split('\n')
        .map((line) => readCloudEvent(JSON.parse(line)));
      assertExactly(events, record);
      assert.ok(names.length > 1);
      assert.doesNotMatch(texts.join(''), /Kim Minji/);
    } finally {
      await shop.close();
      await rm(folder, { recursive: true });
    }
  });
});
