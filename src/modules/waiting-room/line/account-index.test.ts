import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../../../kernel/random.ts';
import { AccountIndex } from './account-index.ts';
import { createAccountKey, formatAccountKey, readAccountKey } from './account-key.ts';
import { ENDED, EntryRecords, PRESENT } from './entry-records.ts';

const random = createSeededRandom(7);

function uuid(words: Uint32Array): string {
  return formatAccountKey(words, 0);
}

function drawKey(): Uint32Array {
  return Uint32Array.from({ length: 4 }, () => random.uint32());
}

test('an account id survives the way into words and back', () => {
  const key = createAccountKey();
  for (let i = 0; i < 1_000; i++) {
    const id = uuid(drawKey());
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(uuid(readAccountKey(id, key)), id);
    assert.equal(uuid(readAccountKey(id.toUpperCase(), key)), id);
  }
});

test('finds whom a map would find, through growth, deletion and colliding homes', () => {
  const records = new EntryRecords();
  const index = new AccountIndex(records);
  const known = new Map<string, number>();
  const keys: Uint32Array[] = [];
  for (let number = 1; number <= 20_000; number++) {
    const key = drawKey();
    keys.push(key);
    records.create(number, key, PRESENT, 0);
    index.add(number);
    known.set(uuid(key), number);
    if (number % 3 !== 0) continue;
    const gone = known.get(uuid(keys[random.below(keys.length)]!));
    if (gone === undefined) continue;
    index.delete(gone);
    known.delete(uuid(keys[gone - 1]!));
    records.setStatus(gone, ENDED);
  }
  assert.equal(index.size, known.size);
  for (const key of keys) assert.equal(index.find(key), known.get(uuid(key)) ?? 0);
  for (let i = 0; i < 1_000; i++) assert.equal(index.find(drawKey()), 0);
});

test('accounts that differ in one bit only are told apart', () => {
  const records = new EntryRecords();
  const index = new AccountIndex(records);
  const base = drawKey();
  const keys = Array.from({ length: 128 }, (_, bit) => {
    const key = base.slice();
    key[bit >>> 5]! ^= 1 << (bit & 31);
    return key;
  });
  keys.forEach((key, i) => {
    records.create(i + 1, key, PRESENT, 0);
    index.add(i + 1);
  });
  keys.forEach((key, i) => assert.equal(index.find(key), i + 1));
  assert.equal(index.find(base), 0);
});
