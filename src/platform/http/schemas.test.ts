import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { Id, TimeInput } from './schemas.ts';

const ajv = new Ajv();
addFormats.default(ajv);

describe('what clients may send', () => {
  test('times that Date.parse reads', () => {
    const accepts = ajv.compile(TimeInput);
    for (const time of ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123456+09:00']) {
      assert.ok(accepts(time), time);
      assert.ok(Number.isFinite(Date.parse(time)), time);
    }
    for (const time of [
      '2026-12-31T23:59:60Z',
      '2026-11-21 10:00:00Z',
      '2026-11-21T10:00:00',
      '0000-01-01T00:00:00Z',
      '2026-02-30T00:00:00Z',
    ]) {
      assert.ok(!accepts(time), time);
    }
  });

  test('ids in one spelling', () => {
    const accepts = ajv.compile(Id);
    assert.ok(accepts('0193453a-5b7e-7000-8000-0123456789ab'));
    assert.ok(!accepts('0193453A-5B7E-7000-8000-0123456789AB'));
    assert.ok(!accepts('urn:uuid:0193453a-5b7e-7000-8000-0123456789ab'));
  });

  test('cursors that a database can compare with', () => {
    assert.deepEqual(decodeCursor(encodeCursor([5, 'a']), ['number', 'string']), [5, 'a']);
    for (const key of [['a', 5], [5], [5, 'a', 1], [0.5, 'a'], [1e300, 'a'], [5, 'a\0'], [5, '\ud800']]) {
      assert.equal(decodeCursor(encodeCursor(key), ['number', 'string']), undefined, JSON.stringify(key));
    }
    assert.equal(decodeCursor('not base64 of JSON', ['string']), undefined);
  });
});
