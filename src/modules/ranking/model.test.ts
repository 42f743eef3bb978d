import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addSales, type Sale, type SalesProgress, sumByMinute } from './model.ts';

const performanceId = '0198c0de-0000-7000-8000-000000000001';
const empty: SalesProgress = {
  performanceId,
  capacity: 10,
  sold: 0,
  firstSoldAt: undefined,
  soldOutAt: undefined,
};
const sale = (seats: number, at: number): Sale => ({ performanceId, seats, at });

describe('the progress of sales', () => {
  test('notes the first sale and the one that took the last seat', () => {
    const after = addSales(empty, [sale(4, 100), sale(4, 200), sale(2, 300)]);
    assert.deepEqual(after, { ...empty, sold: 10, firstSoldAt: 100, soldOutAt: 300 });
  });

  test('is not sold out while a seat is back, and again from its next sale', () => {
    const soldOut = addSales(empty, [sale(10, 100)]);
    const back = addSales(soldOut, [sale(-1, 200)]);
    assert.deepEqual([back.sold, back.soldOutAt], [9, undefined]);
    assert.equal(addSales(back, [sale(1, 300)]).soldOutAt, 300);
    assert.equal(addSales(soldOut, [sale(-1, 200), sale(1, 300)]).soldOutAt, 300);
  });

  test('comes to the same however the log is cut into batches', () => {
    const sales = fc.array(fc.record({ seats: fc.integer({ min: -3, max: 4 }), at: fc.nat(600_000) }));
    fc.assert(
      fc.property(sales, fc.nat(), (parts, cut) => {
        const all = parts.map(({ seats, at }) => sale(seats, at));
        const at = cut % (all.length + 1);
        assert.deepEqual(addSales(addSales(empty, all.slice(0, at)), all.slice(at)), addSales(empty, all));
      }),
    );
  });

  test('sums to the same by minute', () => {
    const sums = sumByMinute([sale(2, 59_999), sale(3, 60_000), sale(1, 119_999), sale(-1, 60_001)]);
    assert.deepEqual(
      sums.map(({ minute, seats }) => [minute, seats]),
      [
        [0, 2],
        [60_000, 3],
      ],
    );
  });
});
