import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dataOf, EventReader, nameOf, type StreamedEvent } from './event-reader.ts';

const BODY =
  'retry: 2000\n\n:\n\nid: 7\nevent: delta\ndata: {"a":1}\n\nid: 8\nevent: delta\ndata: {"a":2}\n\n';

function chunked(text: string, size: number): string {
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += size) {
    const part = text.slice(at, at + size);
    chunks.push(`${part.length.toString(16)}\r\n${part}\r\n`);
  }
  return chunks.join('');
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

function read(pieces: readonly string[], keepsText = true) {
  const events: StreamedEvent[] = [];
  const statuses: number[] = [];
  const reader = new EventReader({
    keepsText,
    onStatus: (status) => statuses.push(status),
    onEvent: (event) => events.push(event),
  });
  for (const piece of pieces) reader.push(Buffer.from(piece));
  return { events, statuses };
}

describe('the reader of event streams', () => {
  for (const [kind, stream] of [
    ['one chunk', CHUNKED + chunked(BODY, 10_000)],
    ['small chunks', CHUNKED + chunked(BODY, 7)],
    ['a body without chunks', `${HEAD}\r\n${BODY}`],
  ] as const) {
    test(`reads ${kind}, wherever it is cut`, () => {
      for (let at = 1; at < stream.length; at++) {
        const { events, statuses } = read([stream.slice(0, at), stream.slice(at)]);
        assert.deepEqual(statuses, [200]);
        assert.deepEqual(
          events.map(({ head, text }) => [nameOf(head), dataOf(text ?? '')]),
          [
            [{ id: '7', event: 'delta' }, { a: 1 }],
            [{ id: '8', event: 'delta' }, { a: 2 }],
          ],
        );
      }
    });

    test(`reads ${kind} byte by byte`, () => {
      assert.equal(read(stream.split('')).events.length, 2);
    });
  }

  test('counts the bytes of an event whose text it does not keep', () => {
    const event = `id: 1\nevent: delta\ndata: ${'x'.repeat(5_000)}\n\n`;
    const { events } = read([CHUNKED, chunked(event, 900)], false);
    assert.deepEqual(
      events.map(({ bytes, text }) => [bytes, text]),
      [[event.length, undefined]],
    );
  });

  test('throws on what is no HTTP', () => {
    assert.throws(() => read(['SSH-2.0\r\n\r\n']), /no HTTP/);
    assert.throws(() => read([`${CHUNKED}zz\r\n`]), /without a size/);
  });
});
