import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qrSvg } from './qr.ts';

test('a code becomes a picture that needs nothing from outside', () => {
  const svg = qrSvg('0123-4567-89AB-CDEF');
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.doesNotMatch(svg.replace('http://www.w3.org/2000/svg', ''), /https?:|<script|<image/);
});

test('different codes give different pictures', () => {
  assert.notEqual(qrSvg('0123-4567-89AB-CDEF'), qrSvg('0123-4567-89AB-CDEG'));
});
