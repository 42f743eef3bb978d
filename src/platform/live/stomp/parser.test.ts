import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fuzzParser } from '../../../../test/support/stomp-fuzz.ts';
import { type Frame, StompError, type StompVersion } from './frame.ts';
import { StompParser } from './parser.ts';

type Seen = { readonly frames: readonly string[]; readonly error: string | undefined };

/** What a parser makes of pieces, in a form that can be compared. */
function parse(pieces: readonly Buffer[], version: StompVersion = '1.2', bodyBytesMax = 1_000): Seen {
  const frames: string[] = [];
  const show = ({ command, headers, body }: Frame) =>
    JSON.stringify([command, [...headers], body.toString('latin1')]);
  const parser = new StompParser({
    onFrame: (frame) => frames.push(show(frame)),
    bodyBytesMax: () => bodyBytesMax,
  });
  parser.version = version;
  try {
    for (const piece of pieces) parser.feed(Buffer.from(piece));
    return { frames, error: undefined };
  } catch (error) {
    assert.ok(error instanceof StompError, String(error));
    return { frames, error: error.code };
  }
}

function framesOf(text: string, version?: StompVersion): readonly unknown[] {
  const { frames: found, error } = parse([Buffer.from(text)], version);
  assert.equal(error, undefined);
  return found.map((frame) => JSON.parse(frame) as unknown);
}

function errorOf(text: string, version?: StompVersion): string | undefined {
  return parse([Buffer.from(text)], version).error;
}

describe('the parser', { timeout: 120_000 }, () => {
  it('reads a frame with a body that ends at the NUL', () => {
    assert.deepEqual(framesOf('SEND\ndestination:/queue/a\n\nhello\0'), [
      ['SEND', [['destination', '/queue/a']], 'hello'],
    ]);
  });

  it('takes content-length as octets, so that a body may hold NUL and half a character', () => {
    const body = Buffer.from('가\0나');
    const head = Buffer.from(`SEND\ndestination:/queue/a\ncontent-length:${body.length}\n\n`);
    const { frames: found } = parse([Buffer.concat([head, body, Buffer.from([0])])]);
    const [, , text] = JSON.parse(found[0] as string) as [string, unknown, string];
    assert.equal(Buffer.from(text, 'latin1').toString(), '가\0나');
  });

  it('lets the first of repeated headers count', () => {
    assert.deepEqual(framesOf('SEND\na:1\na:2\n\n\0'), [['SEND', [['a', '1']], '']]);
  });

  it('reads escapes by the version, and none in CONNECT', () => {
    assert.deepEqual(framesOf('SEND\nk\\cey:a\\nb\\\\c\\r\n\n\0'), [['SEND', [['k:ey', 'a\nb\\c\r']], '']]);
    assert.deepEqual(framesOf('SEND\nkey:a\\nb\n\n\0', '1.1'), [['SEND', [['key', 'a\nb']], '']]);
    assert.deepEqual(framesOf('SEND\nkey:a\\nb\n\n\0', '1.0'), [['SEND', [['key', 'a\\nb']], '']]);
    assert.deepEqual(framesOf('CONNECT\npasscode:a\\nb\n\n\0'), [['CONNECT', [['passcode', 'a\\nb']], '']]);
    assert.equal(errorOf('SEND\nkey:a\\tb\n\n\0'), 'frame_malformed');
    assert.equal(errorOf('SEND\nkey:a\\rb\n\n\0', '1.1'), 'frame_malformed');
    assert.equal(errorOf('SEND\nkey:a\\\n\n\0'), 'frame_malformed');
  });

  it('reads headers of any language as UTF-8', () => {
    assert.deepEqual(framesOf('SEND\n이름:값\n\n\0'), [['SEND', [['이름', '값']], '']]);
  });

  it('takes line ends between frames for heart-beats, with carriage returns too', () => {
    const beat = 'SEND\r\na:1\r\n\r\n\0\n\r\n\n';
    assert.deepEqual(framesOf(`\n${beat}${beat}`), [
      ['SEND', [['a', '1']], ''],
      ['SEND', [['a', '1']], ''],
    ]);
  });

  it('refuses what is no STOMP', () => {
    assert.equal(errorOf('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 'frame_malformed');
    assert.equal(errorOf('x'.repeat(100)), 'frame_malformed');
    assert.equal(errorOf('SEND\nno colon\n\n\0'), 'frame_malformed');
    assert.equal(errorOf('SEND\n:no name\n\n\0'), 'frame_malformed');
    assert.equal(errorOf('SEND\na:\0\n\n\0'), 'frame_malformed');
    assert.equal(errorOf('SEND\ncontent-length:3\n\nabcd\0'), 'frame_malformed');
    assert.equal(errorOf('SEND\ncontent-length:-1\n\n\0'), 'frame_malformed');
    assert.equal(errorOf('SUBSCRIBE\nid:1\n\nbody\0'), 'frame_malformed');
    assert.equal(errorOf('MESSAGE\na:1\n\n\0'), 'frame_malformed');
  });

  it('bounds lines, headers and bodies', () => {
    assert.equal(errorOf(`SEND\na:${'x'.repeat(9_000)}\n\n\0`), 'frame_too_large');
    assert.equal(errorOf(`SEND\n${'a:1\n'.repeat(101)}\n\0`), 'frame_too_large');
    assert.equal(errorOf(`SEND\n\n${'x'.repeat(1_001)}\0`), 'frame_too_large');
    assert.equal(errorOf(`SEND\n\n${'x'.repeat(1_001)}`), 'frame_too_large');
    assert.equal(errorOf('SEND\ncontent-length:1001\n\n'), 'frame_too_large');
    assert.equal(errorOf(`SEND\n\n${'x'.repeat(1_000)}\0`), undefined);
  });

  it('makes the same of a stream whatever the pieces in which it arrives', () => {
    const samples = [
      'SEND\ndestination:/queue/a\n\nhello\0',
      'SEND\ndestination:/queue/a\ncontent-length:3\n\na\0b\0',
      '\r\n',
      '\n',
      'SUBSCRIBE\r\nid:1\r\ndestination:/topic/가\r\n\r\n\0',
      'ACK\nid:a\\cb\n\n\0',
      'SEND\nbad\\escape:1\n\n\0',
      'BEGIN\ntransaction:t\n\n\0',
      'nonsense\n\n\0',
    ];
    const stream = fc.array(fc.constantFrom(...samples), { minLength: 1, maxLength: 8 });
    const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        stream,
        fc.array(mutation, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (parts, mutations, cuts) => {
          const bytes = Buffer.from(parts.join(''));
          for (const { at, byte } of mutations) bytes[at % bytes.length] = byte;
          const whole = parse([bytes]);
          assert.deepEqual(parse(split(bytes, cuts)), whole);
          assert.deepEqual(parse([...bytes].map((byte) => Buffer.from([byte]))), whole);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('bears 100,000 mutated frames, in any pieces, and refuses what it does not take', () => {
    const { made, parsed, refused } = fuzzParser(20_261_201, 100_000);
    assert.equal(made, 100_000);
    // Both ways are taken often enough to mean something.
    assert.ok(parsed > 20_000 && refused['frame_malformed']! > 10_000, JSON.stringify({ parsed, refused }));
  });

  it('keeps no more of a frame that never ends than a head and a body may have', () => {
    const bound = 32_768 + 1_000;
    for (const beginning of ['', 'SEND\n', 'SEND\na:', 'SEND\n\n', 'SEND\ncontent-length:1000\n\n']) {
      for (const more of ['x', 'a:b\n']) {
        let fed = 0;
        assert.throws(() => {
          const parser = new StompParser({ onFrame: () => undefined, bodyBytesMax: () => 1_000 });
          parser.feed(Buffer.from(beginning));
          for (; fed < bound * 2; fed += more.length) parser.feed(Buffer.from(more));
        }, StompError);
        assert.ok(fed <= bound, `${fed} bytes after ${JSON.stringify(beginning)}`);
      }
    }
  });
});

function split(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}
