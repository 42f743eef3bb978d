import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type HttpAnswer, headerOf, ResponseParser } from './response-parser.ts';

const WIRE = Buffer.from(
  [
    'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 7\r\n\r\n{"a":1}',
    'HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n',
    'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  ].join(''),
);

function readAll(parts: readonly Buffer[]): HttpAnswer[] {
  const parser = new ResponseParser();
  const answers: HttpAnswer[] = [];
  for (const part of parts) parser.push(part, (answer) => answers.push(answer));
  assert.equal(parser.pending, 0);
  return answers;
}

test('answers are read however the network cuts them', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: WIRE.length - 1 })), (cuts) => {
      const points = [0, ...cuts.toSorted((a, b) => a - b), WIRE.length];
      const answers = readAll(points.slice(1).map((end, index) => WIRE.subarray(points[index], end)));
      assert.deepEqual(
        answers.map(({ status, body, keepAlive }) => [status, body.toString(), keepAlive]),
        [
          [201, '{"a":1}', true],
          [204, '', true],
          [200, 'hello!', true],
          [503, '', false],
        ],
      );
    }),
  );
});

test('headers are found by name in any case', () => {
  assert.equal(headerOf('Date: now\r\nRetry-After: 3', 'retry-after'), '3');
  assert.equal(headerOf('Date: now', 'retry-after'), undefined);
});

test('what is no HTTP is an error, not a hang', () => {
  assert.throws(() => readAll([Buffer.from('SSH-2.0-x\r\n\r\n')]), /no HTTP/);
});
