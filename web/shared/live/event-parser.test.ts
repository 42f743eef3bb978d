import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventParser } from './event-parser.ts';

const STREAM =
  'retry: 2000\n\n:\n\nid: 7\nevent: delta\ndata: {"a":1}\n\nevent: closed\ndata: x\ndata: y\n\n';

const EVENTS = [
  { event: 'delta', data: '{"a":1}', id: '7' },
  { event: 'closed', data: 'x\ny', id: undefined },
];

describe('the event parser', () => {
  test('reads events, and no comments', () => {
    assert.deepEqual(new EventParser().push(STREAM), EVENTS);
  });

  test('reads the same wherever the stream is cut', () => {
    for (let at = 0; at < STREAM.length; at++) {
      const parser = new EventParser();
      assert.deepEqual([...parser.push(STREAM.slice(0, at)), ...parser.push(STREAM.slice(at))], EVENTS);
    }
  });

  test('keeps an unfinished event until it is complete', () => {
    const parser = new EventParser();
    assert.deepEqual(parser.push('data: 1\n'), []);
    assert.deepEqual(parser.push('\n'), [{ event: 'message', data: '1', id: undefined }]);
  });

  test('takes an empty id for none, so that a farewell does not lose the place', () => {
    assert.equal(new EventParser().push('id: \nevent: token-expired\ndata: {}\n\n')[0]?.id, undefined);
  });
});
