import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineProblems, mergeProblems, type ProblemDefinition } from './problems.ts';

const taken: ProblemDefinition = { kind: 'conflict', title: 'Seat taken', remedy: 'Choose another seat.' };
const busy: ProblemDefinition = {
  kind: 'unavailable',
  title: 'Busy',
  remedy: 'Try again shortly.',
  retryAfterSeconds: 1,
};

describe('a catalogue of problems', () => {
  it('keeps what is well defined and cannot be changed afterwards', () => {
    const catalogue = defineProblems({ seat_taken: taken, busy });
    const code: 'seat_taken' | 'busy' = 'seat_taken';
    assert.deepEqual(catalogue[code], taken);
    assert.ok(Object.isFrozen(catalogue));
  });

  it('refuses codes that are not snake_case', () => {
    for (const code of [
      'seatTaken',
      'Seat_taken',
      'seat-taken',
      '_seat',
      'seat_',
      'seat__taken',
      '1seat',
      '',
    ]) {
      assert.throws(() => defineProblems({ [code]: taken }), /snake_case/, code);
    }
    assert.ok(defineProblems({ http_2_error: taken }));
  });

  it('refuses what has no text, or lasts no whole seconds', () => {
    assert.throws(() => defineProblems({ x: { ...taken, title: ' ' } }), /title/);
    assert.throws(() => defineProblems({ x: { ...taken, remedy: '' } }), /remedy/);
    assert.throws(() => defineProblems({ x: { ...taken, remedy: 'two\nlines' } }), /remedy/);
    for (const retryAfterSeconds of [0, -1, 1.5]) {
      assert.throws(() => defineProblems({ x: { ...busy, retryAfterSeconds } }), /retryAfterSeconds/);
    }
  });
});

describe('merged catalogues', () => {
  it('hold the problems of all, and the same one once', () => {
    const merged = mergeProblems(
      defineProblems({ seat_taken: taken, busy }),
      defineProblems({ busy: { ...busy } }),
    );
    assert.deepEqual(merged, { seat_taken: taken, busy });
    assert.deepEqual(mergeProblems(), {});
  });

  it('refuse a code with two meanings', () => {
    assert.throws(
      () =>
        mergeProblems(defineProblems({ busy }), defineProblems({ busy: { ...busy, kind: 'rate_limited' } })),
      /"busy" is defined twice/,
    );
  });
});
