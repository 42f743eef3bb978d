import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEW_TERMS, priceOf, type TermsDraft, toTerms } from './terms-draft.ts';

const draft: TermsDraft = {
  ...NEW_TERMS,
  startsAt: '2027-05-01T19:00',
  opensAt: '2027-04-01T10:00',
  prices: { R: ' 90000 ', S: '0' },
};

test('the terms of a sale are as the API takes them', () => {
  assert.deepEqual(toTerms(draft, { grades: ['R', 'S'], timeZone: 'Asia/Seoul' }), {
    ok: true,
    terms: {
      startsAt: '2027-05-01T10:00:00.000Z',
      opensAt: '2027-04-01T01:00:00.000Z',
      closesAt: '2027-05-01T10:00:00.000Z',
      prices: { R: { amount: 90_000, currency: 'KRW' }, S: { amount: 0, currency: 'KRW' } },
      limitPerPerson: 4,
      roomEnabled: true,
    },
  });
});

test('a price is read with separators of thousands, and no others', () => {
  const read = ['150,000', ' 1,234,567 ', '90000', '1,50', '15,0000', '1.5', ''].map(priceOf);
  assert.deepEqual(read, [150_000, 1_234_567, 90_000, undefined, undefined, undefined, undefined]);
});

test('what is missing or does not fit is named', () => {
  assert.deepEqual(toTerms({ ...draft, opensAt: '' }, { grades: ['R'], timeZone: 'Asia/Seoul' }), {
    ok: false,
    fault: 'timeMissing',
  });
  assert.deepEqual(
    toTerms({ ...draft, opensAt: '2027-05-02T10:00' }, { grades: ['R'], timeZone: 'Asia/Seoul' }),
    {
      ok: false,
      fault: 'timesWrong',
    },
  );
  assert.deepEqual(toTerms(draft, { grades: ['R', 'VIP'], timeZone: 'Asia/Seoul' }), {
    ok: false,
    fault: 'priceWrong',
  });
  assert.deepEqual(toTerms({ ...draft, prices: { R: '-1' } }, { grades: ['R'], timeZone: 'Asia/Seoul' }), {
    ok: false,
    fault: 'priceWrong',
  });
});
