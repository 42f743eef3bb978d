import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RateSearch } from './rate-search.ts';

test('the search ends just below what a system bears', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 9_999 }), (limit) => {
      const search = new RateSearch(10_000, 10);
      for (let rate = search.next(); rate !== undefined; rate = search.next())
        search.note(rate, rate <= limit);
      assert.ok(search.best <= limit && search.best >= limit - 11, `${search.best} of ${limit}`);
    }),
  );
});
