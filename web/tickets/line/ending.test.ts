import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiProblem } from '../../shared/api/problem.ts';
import { endOfRefusal, endOfStream } from './ending.ts';

const refusal = (code: string, more: object = {}) =>
  endOfRefusal(new ApiProblem({ code, title: code, status: 404, ...more }));

test('a place that is gone ended as the server says', () => {
  for (const ended of ['left', 'dropped', 'pass-expired', 'pass-spent']) {
    assert.equal(refusal('entry_not_found', { ended }), ended);
    assert.equal(endOfStream(ended), ended);
  }
  assert.equal(refusal('entry_not_found'), 'entry-ended', 'it ended long ago');
  assert.equal(endOfStream('what a later server says'), 'entry-ended');
});

test('a refusal ends the waiting only where the room is closed or gone, or the place is', () => {
  assert.equal(refusal('room_closed'), 'room-closed');
  assert.equal(refusal('room_not_found'), 'room-off');
  assert.equal(refusal('sold_out'), undefined);
  assert.equal(endOfRefusal(new Error('no answer')), undefined);
});
