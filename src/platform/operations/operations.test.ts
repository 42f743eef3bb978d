import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Type } from 'typebox';
import { createManualClock } from '../../kernel/clock.ts';
import { ok } from '../../kernel/result.ts';
import { member } from '../auth/access.ts';
import { KeyedWrites } from '../idempotency/keyed-writes.ts';
import { defineOperation, type Operation } from './operation.ts';
import { Operations } from './operations.ts';

const name = defineOperation({
  operationId: 'name',
  input: Type.Object({ name: Type.String({ format: 'visible-text' }) }, { additionalProperties: false }),
  access: member,
  idempotent: true,
  queueable: true,
  priority: 'normal',
  problems: [],
  run: (_context, input) => ok(input.name),
  present: (value) => ({ name: value }),
});

function operationsOf(...declared: readonly Operation[]): Operations {
  const store = { find: () => Promise.resolve([]), save: () => Promise.resolve([]) };
  return new Operations(declared, new KeyedWrites({ store, clock: createManualClock(), problems: {} }));
}

describe('Operations', () => {
  it('holds an input to what is declared, and says what is wrong with it', () => {
    const operations = operationsOf(name);
    assert.deepEqual(operations.check(name, { name: 'Ann' }), { ok: true, value: { name: 'Ann' } });
    const wrong = operations.check(name, { name: '\u3164', role: 'manager' });
    assert.ok(!wrong.ok);
    assert.equal(wrong.code, 'invalid_request');
    const { errors } = wrong.extra as { readonly errors: readonly { readonly path: string }[] };
    assert.ok(errors.length > 0);
    assert.deepEqual(operations.check(name, {}), {
      ok: false,
      code: 'invalid_request',
      extra: { errors: [{ path: '/name', message: "must have required property 'name'" }] },
    });
    for (const input of [null, 'Ann', {}, { name: 1 }, { name: '\u3164' }])
      assert.equal(operations.check(name, input).ok, false, JSON.stringify(input));
  });

  it('takes no two of one id, and none that may wait and must not', () => {
    assert.throws(() => operationsOf(name, name), /name is declared twice/);
    assert.throws(() => operationsOf({ ...name, priority: 'high' }), /name must not wait/);
  });
});
