import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLanguage } from './language.ts';

test('the first language of a reader that there is, is taken', () => {
  assert.equal(preferredLanguage(['en-US', 'ko']), 'en');
  assert.equal(preferredLanguage(['fr-FR', 'ko-KR', 'en']), 'ko');
  assert.equal(preferredLanguage(['KO']), 'ko');
});

test('a reader of none of them gets English, and one who says nothing Korean', () => {
  assert.equal(preferredLanguage(['de-DE', 'kok']), 'en');
  assert.equal(preferredLanguage([]), 'ko');
});
