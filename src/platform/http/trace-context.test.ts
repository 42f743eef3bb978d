import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceOf } from './trace-context.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const of = (traceparent: string | string[] | undefined) => traceOf({ headers: { traceparent } });

test('a valid traceparent is passed on as it is', () => {
  assert.equal(of(VALID), VALID);
  assert.equal(of(VALID.replace(/01$/, '00')), VALID.replace(/01$/, '00'));
});

test('a later version may say more, and is passed on', () => {
  assert.equal(of(`${VALID.replace(/^00/, '01')}-what-comes`), `${VALID.replace(/^00/, '01')}-what-comes`);
});

test('what is not valid counts as none', () => {
  for (const header of [
    undefined,
    '',
    'nonsense',
    VALID.toUpperCase(),
    `${VALID}-more`,
    `${VALID}, ${VALID}`,
    VALID.replace(/^00/, 'ff'),
    VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    VALID.replace('00f067aa0ba902b7', '0'.repeat(16)),
    `${VALID.replace(/^00/, '01')}-${'x'.repeat(200)}`,
    [VALID, VALID],
  ]) {
    assert.equal(of(header), undefined, String(header));
  }
});
