import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, namesIn } from './fill.ts';

test('values take the place of their names', () => {
  assert.equal(
    fill('{who} has {count}', { who: 'Bo', count: 1200 }, (n) => n.toLocaleString('en')),
    'Bo has 1,200',
  );
});

test('a word follows the number', () => {
  const text = '{count} {count|seat|seats}';
  assert.deepEqual([fill(text, { count: 1 }), fill(text, { count: 2 })], ['1 seat', '2 seats']);
});

test('a name without a value stays', () => {
  assert.equal(fill('{a} {b}', { a: 'x' }), 'x {b}');
});

test('the names of a text are found once each', () => {
  assert.deepEqual(namesIn('{b} {a} {a|x|y}'), ['a', 'b']);
});

test('a Korean particle is the one that the value asks for, also behind a quotation mark', () => {
  const ask = (value: string) => fill('“{value}”은(는) / {value}이(가)', { value });
  assert.equal(ask('가구역'), '“가구역”은 / 가구역이');
  assert.equal(ask('나'), '“나”는 / 나가');
  assert.equal(ask('12'), '“12”는 / 12가');
  assert.equal(ask('13'), '“13”은 / 13이');
  assert.equal(ask('A'), '“A”은(는) / A이(가)');
});
