import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../kernel/faults.ts';
import { causeOf, describeError } from './describe-error.ts';

describe('the cause of an error', () => {
  it('is the same where only ids and figures differ', () => {
    const of = (id: string, n: number) => causeOf(new Error(`reservation ${id} has ${n} seats`));
    assert.equal(
      of('0198c0de-0000-7000-8000-000000000001', 3),
      of('0198c0de-0000-7000-8000-00000000000f', 12.5),
    );
    assert.equal(of('0198c0de-0000-7000-8000-000000000001', 3), 'Error: reservation <id> has <n> seats');
  });

  it('begins with the code of a fault, whole', () => {
    assert.equal(causeOf(new Fault('postgres_23505', 'key 7 is there')), 'postgres_23505: key <n> is there');
  });
});

describe('the description of an error', () => {
  it('is one line of bounded length that any store can keep', () => {
    const text = describeError(new Error(`a\0b\n\tc ${'x'.repeat(491)}𝄞𝄞`));
    assert.ok(text.startsWith('Error: a b c x') && text.length <= 500 && text.isWellFormed());
    assert.ok(causeOf('y'.repeat(199) + '𝄞').isWellFormed());
  });
});
