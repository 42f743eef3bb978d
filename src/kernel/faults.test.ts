import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeadlineFault, Fault, isRetryable, OverloadedFault, UnavailableFault } from './faults.ts';

describe('faults', () => {
  it('say what they are: name, code, message and cause', () => {
    const cause = new Error('connection reset');
    const fault = new UnavailableFault('postgres', 'the database is away', { cause });
    assert.ok(fault instanceof Fault && fault instanceof Error);
    assert.equal(fault.name, 'UnavailableFault');
    assert.equal(fault.code, 'unavailable');
    assert.equal(fault.dependency, 'postgres');
    assert.equal(fault.message, 'the database is away');
    assert.equal(fault.cause, cause);
    assert.equal(String(new Fault('odd', 'how odd')), 'Fault: how odd');
    assert.ok(!('cause' in new Fault('odd', 'how odd')));
  });

  it('say whether a retry can help', () => {
    assert.ok(isRetryable(new UnavailableFault('redis', 'away')));
    assert.ok(isRetryable(new OverloadedFault('full', { retryAfterMs: 5 })));
    assert.ok(isRetryable(new Fault('deadlock', 'deadlock', { retryable: true })));
    assert.ok(!isRetryable(new Fault('odd', 'how odd')));
    assert.ok(!isRetryable(new DeadlineFault('late')));
    for (const other of [new Error('plain'), { retryable: true }, 'text', null, undefined]) {
      assert.ok(!isRetryable(other));
    }
  });

  it('say when a full queue should have room again', () => {
    assert.equal(new OverloadedFault('full', { retryAfterMs: 250 }).retryAfterMs, 250);
  });
});
