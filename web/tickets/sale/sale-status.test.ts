import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saleStatusAt } from './sale-status.ts';

const sale = { opensAt: '2027-01-01T00:00:00.000Z', closesAt: '2027-02-01T00:00:00.000Z' };
const opening = Date.parse(sale.opensAt);

test('a sale opens and closes by the clock, whatever the last answer said', () => {
  assert.equal(saleStatusAt({ ...sale, status: 'scheduled' }, opening - 1), 'scheduled');
  assert.equal(saleStatusAt({ ...sale, status: 'scheduled' }, opening), 'on_sale');
  assert.equal(saleStatusAt({ ...sale, status: 'sold_out' }, opening), 'sold_out');
  assert.equal(saleStatusAt({ ...sale, status: 'on_sale' }, Date.parse(sale.closesAt)), 'closed');
});
