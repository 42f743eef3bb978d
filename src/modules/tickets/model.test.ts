import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../../kernel/random.ts';
import { readPresentedCode, ticketCode } from './model.ts';

test('a ticket code has sixteen symbols in four groups and does not repeat', () => {
  const random = createSeededRandom(1);
  const codes = Array.from({ length: 1_000 }, () => ticketCode(random));
  for (const code of codes) assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  assert.equal(new Set(codes).size, codes.length);
});

test('a code is read however it was typed, and nothing else is', () => {
  const code = { kind: 'typed', code: '0123-4567-89AB-CDEF' };
  for (const text of [
    '0123-4567-89AB-CDEF',
    ' o1234567 89ab cdef',
    'oi23456789abcdef',
    '0123—4567—89AB—CDEF',
  ])
    assert.deepEqual(readPresentedCode(text), code, text);
  for (const text of [
    '',
    '0123-4567-89AB-CDE',
    '0123-4567-89AB-CDEF0',
    'U123-4567-89AB-CDEF',
    'https://a.example/',
  ])
    assert.equal(readPresentedCode(text), undefined, text);
});

test('of a scanned code the ticket is read, in upper case alone', () => {
  const text = `1${'A'.repeat(36)}0123456789ABCDEF${'0'.repeat(7)}.${'B'.repeat(103)}`;
  assert.deepEqual(readPresentedCode(`${text}\n`), { kind: 'signed', code: '0123-4567-89AB-CDEF', text });
  assert.equal(readPresentedCode(text.toLowerCase()), undefined);
});
