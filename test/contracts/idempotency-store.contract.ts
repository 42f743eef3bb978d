import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { IdempotencyRef, IdempotencyStore, StoredAnswer } from '../../src/platform/idempotency/ports.ts';

export function answerRecord(
  more: Partial<IdempotencyRef & StoredAnswer> = {},
): IdempotencyRef & StoredAnswer {
  return {
    scope: randomUUID(),
    key: randomUUID(),
    fingerprint: Buffer.from('0123456789abcdef0123456789abcdef'),
    status: 201,
    body: '{"id":"é \\"𝄞\\" \\\\n"}',
    ...more,
  };
}

/** What every store of answers promises (src/platform/http/idempotency.ts). */
export function idempotencyStoreContract(name: string, createStore: () => IdempotencyStore): void {
  describe(`idempotency store: ${name}`, () => {
    test('gives back what was saved, each at the index it was asked at', async () => {
      const store = createStore();
      const [first, second] = [answerRecord(), answerRecord({ status: 409, body: '' })];
      await store.save([first, second]);
      const unknown = answerRecord();
      const found = await store.find([second, unknown, first, second]);
      assert.deepEqual(
        found.map((answer) => answer && [answer.status, answer.body, answer.fingerprint.toString()]),
        [
          [409, '', second.fingerprint.toString()],
          undefined,
          [201, first.body, first.fingerprint.toString()],
          [409, '', second.fingerprint.toString()],
        ],
      );
    });

    test('a key belongs to its scope', async () => {
      const store = createStore();
      const record = answerRecord();
      await store.save([record]);
      assert.deepEqual(await store.find([{ ...record, scope: randomUUID() }]), [undefined]);
    });

    test('the first answer of a key is kept, and the one who comes later is told which', async () => {
      const store = createStore();
      const record = answerRecord();
      const later = { ...record, status: 409, body: 'late', fingerprint: Buffer.alloc(32, 7) };
      const [kept] = await store.save([record]);
      assert.equal(kept?.body, record.body);
      const [again] = await store.save([later]);
      assert.deepEqual([again?.status, again?.body], [201, record.body]);
      assert.ok(again?.fingerprint.equals(record.fingerprint));
    });

    test('two answers to one key in one batch: the first is kept', async () => {
      const store = createStore();
      const record = answerRecord();
      const kept = await store.save([record, { ...record, status: 409, body: 'late' }]);
      assert.deepEqual(
        kept.map((answer) => answer.status),
        [201, 201],
      );
    });

    test('of many that save one key at once all are told of the same answer', async () => {
      const store = createStore();
      const record = answerRecord();
      const kept = await Promise.all(
        Array.from({ length: 12 }, (_, index) => store.save([{ ...record, body: String(index) }])),
      );
      const [winner] = await store.find([record]);
      assert.deepEqual(new Set(kept.map(([answer]) => answer?.body)), new Set([winner?.body]));
    });

    test('takes nothing for an answer', async () => {
      const store = createStore();
      assert.deepEqual(await store.find([]), []);
      assert.deepEqual(await store.save([]), []);
    });
  });
}
