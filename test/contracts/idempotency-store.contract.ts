import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { IdempotencyStore, ResultRecord } from '../../src/platform/idempotency/ports.ts';

export function newRecord(more: Partial<ResultRecord> = {}): ResultRecord {
  return {
    scope: randomUUID(),
    key: randomUUID(),
    fingerprint: Buffer.from('0123456789abcdef0123456789abcdef'),
    result: '{"ok":true,"value":{"id":"é \\"𝄞\\" \\\\n"}}',
    ...more,
  };
}

/** What every store of results promises (src/platform/idempotency/ports.ts). */
export function idempotencyStoreContract(name: string, createStore: () => IdempotencyStore): void {
  describe(`idempotency store: ${name}`, () => {
    test('gives back what was saved, each at the index it was asked at', async () => {
      const store = createStore();
      const [first, second] = [newRecord(), newRecord({ result: '{"ok":false}' })];
      await store.save([first, second]);
      const unknown = newRecord();
      const found = await store.find([second, unknown, first, second]);
      assert.deepEqual(
        found.map((saved) => saved && [saved.result, saved.fingerprint.toString()]),
        [
          [second.result, second.fingerprint.toString()],
          undefined,
          [first.result, first.fingerprint.toString()],
          [second.result, second.fingerprint.toString()],
        ],
      );
    });

    test('a key belongs to its scope', async () => {
      const store = createStore();
      const record = newRecord();
      await store.save([record]);
      assert.deepEqual(await store.find([{ ...record, scope: randomUUID() }]), [undefined]);
    });

    test('the first result of a key is kept, and the one who comes later is told which', async () => {
      const store = createStore();
      const record = newRecord();
      const later = { ...record, result: 'late', fingerprint: Buffer.alloc(32, 7) };
      const [kept] = await store.save([record]);
      assert.equal(kept?.result, record.result);
      const [again] = await store.save([later]);
      assert.equal(again?.result, record.result);
      assert.ok(again?.fingerprint.equals(record.fingerprint));
    });

    test('two results of one key in one batch: the first is kept', async () => {
      const store = createStore();
      const record = newRecord();
      const kept = await store.save([record, { ...record, result: 'late' }]);
      assert.deepEqual(
        kept.map(({ result }) => result),
        [record.result, record.result],
      );
    });

    test('of many that save one key at once all are told of the same result', async () => {
      const store = createStore();
      const record = newRecord();
      const kept = await Promise.all(
        Array.from({ length: 12 }, (_, index) => store.save([{ ...record, result: String(index) }])),
      );
      const [winner] = await store.find([record]);
      assert.deepEqual(new Set(kept.map(([saved]) => saved?.result)), new Set([winner?.result]));
    });

    test('takes an empty batch', async () => {
      const store = createStore();
      assert.deepEqual(await store.find([]), []);
      assert.deepEqual(await store.save([]), []);
    });
  });
}
