import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DeadlineFault,
  ElsewhereFault,
  Fault,
  OverloadedFault,
  UnavailableFault,
} from '../../kernel/faults.ts';
import { attemptsOf } from './retry.ts';

const away = [
  new UnavailableFault('postgres', 'away'),
  new OverloadedFault('full', { retryAfterMs: 5 }),
  new DeadlineFault('slow'),
  new ElsewhereFault('room_elsewhere', 'another process', { retryAfterMs: 5 }),
];

describe('the attempts before an event is parked', () => {
  it('never end while something that the work needs is away', () => {
    for (const error of away) assert.equal(attemptsOf({ attempts: 2 }, error), Number.POSITIVE_INFINITY);
  });

  it('never end for a consumer whose order must not give way', () => {
    const policy = { onPoison: 'wait', because: 'of the test' } as const;
    assert.equal(attemptsOf(policy, new Error('poison')), Number.POSITIVE_INFINITY);
  });

  it('are those declared where the error says that a retry can help, and fewer where it cannot', () => {
    const deadlock = new Fault('postgres_40p01', 'deadlock', { retryable: true });
    assert.equal(attemptsOf({ attempts: 7 }, deadlock), 7);
    assert.ok(attemptsOf(undefined, new Error('poison')) < attemptsOf(undefined, deadlock));
    assert.equal(attemptsOf({ attempts: 1 }, new Error('poison')), 1);
  });
});
