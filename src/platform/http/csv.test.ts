import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf } from './csv.ts';

test('cells are quoted where they must be, and numbers stay numbers', () => {
  assert.equal(
    csvOf(
      ['a', 'b'],
      [
        ['x,"y"', -1],
        ['two\nlines', 0],
      ],
    ),
    '\uFEFFa,b\r\n"x,""y""",-1\r\n"two\nlines",0\r\n',
  );
});

test('a text that a spreadsheet would run is made plain', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1']) assert.match(csvOf([], [[text]]), /'/, text);
  assert.doesNotMatch(csvOf([], [["Kim's"], ['2027-03-01']]), /\n'/);
});
