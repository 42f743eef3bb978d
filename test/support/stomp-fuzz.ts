import assert from 'node:assert/strict';
import { createSeededRandom, type Random } from '../../src/kernel/random.ts';
import { type Frame, StompError, type StompVersion, VERSIONS } from '../../src/platform/live/stomp/frame.ts';
import { StompParser } from '../../src/platform/live/stomp/parser.ts';

export type Fuzzed = {
  /** Frames that were made, half of them mutated. */
  readonly made: number;
  /** What the parser handed over of them. */
  readonly parsed: number;
  /** Streams that ended with this code. */
  readonly refused: Readonly<Record<string, number>>;
};

const BODY_BYTES_MAX = 1_000;
const FRAMES_PER_STREAM_MAX = 6;
/** Bytes that mean something to the parser, beside any other. */
const TELLING_BYTES = [0, 10, 13, 58, 92, 0xff, 0xc3];

const SOUND: readonly Buffer[] = [
  'CONNECT\naccept-version:1.0,1.1,1.2\nhost:x\npasscode:a\\b\n\n\0',
  'STOMP\r\naccept-version:1.2\r\nhost:x\r\nheart-beat:0,10000\r\n\r\n\0',
  'SEND\ndestination:/queue/a\n\nhello\0',
  'SEND\ndestination:/queue/a\n\nhello again\0',
  'SEND\ndestination:/queue/a\ncontent-length:5\n\na\0b\nc\0',
  'SEND\ndestination:/topic/b\nreceipt:r\\c1\nodd:a\\nb\\\\c\\r\n\n\0\n',
  `SEND\ndestination:/queue/a\ncontent-length:900\n\n${'x'.repeat(900)}\0`,
  'SUBSCRIBE\r\nid:1\r\ndestination:/topic/가\r\nack:client\r\n\r\n\0\r\n',
  'UNSUBSCRIBE\nid:1\n\n\0',
  'ACK\nid:a\\cb\ntransaction:t\n\n\0',
  'NACK\nid:a\nsubscription:s\n\n\0',
  'BEGIN\ntransaction:t\n\n\0',
  'COMMIT\ntransaction:t\nreceipt:2\n\n\0',
  'ABORT\ntransaction:t\n\n\0',
  'DISCONNECT\nreceipt:3\n\n\0',
  '\n',
  '\r\n\n\r\n',
  'nonsense\n\n\0',
].map((text) => Buffer.from(text));

/**
 * Feeds mutated streams to parsers in different pieces: all must hand over the same frames and end alike, by a refusal
 * or none. Pieces are overwritten once they were fed, as a connection's buffer is.
 * @throws Error where they differ, or on anything else than a refusal
 */
export function fuzzParser(seed: number, frames: number): Fuzzed {
  const random = createSeededRandom(seed);
  const refused: Record<string, number> = {};
  let [made, parsed] = [0, 0];
  while (made < frames) {
    const count = Math.min(1 + random.below(FRAMES_PER_STREAM_MAX), frames - made);
    made += count;
    const stream = Buffer.concat(Array.from({ length: count }, () => makeFrame(random)));
    const version = VERSIONS[random.below(VERSIONS.length)] as StompVersion;
    const whole = parse([Buffer.from(stream)], version);
    const pieces = split(stream, random);
    assert.deepEqual(
      parse(pieces, version),
      whole,
      `seed ${seed}: ${JSON.stringify(stream.toString('latin1'))}`,
    );
    parsed += whole.frames.length;
    if (whole.code !== undefined) refused[whole.code] = (refused[whole.code] ?? 0) + 1;
  }
  return { made, parsed, refused };
}

function makeFrame(random: Random): Buffer {
  const sound = SOUND[random.below(SOUND.length)] as Buffer;
  if (random.below(2) === 0) return sound;
  let bytes: Buffer = Buffer.from(sound);
  for (let times = 1 + random.below(3); times > 0; times -= 1) bytes = mutate(bytes, random);
  return bytes;
}

/** One byte changed, put in or taken out, or a part of it taken out or doubled. */
function mutate(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const [a, b] = [random.below(bytes.length), random.below(bytes.length)];
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  const telling = TELLING_BYTES[random.below(TELLING_BYTES.length)] as number;
  const byte = random.below(3) === 0 ? random.below(256) : telling;
  switch (random.below(5)) {
    case 0:
      bytes[a] = byte;
      return bytes;
    case 1:
      return Buffer.concat([bytes.subarray(0, a), Buffer.from([byte]), bytes.subarray(a)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, a), bytes.subarray(a + 1)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    default:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  }
}

/** Anywhere, into bytes, or into two at a place where something ends. */
function split(stream: Buffer, random: Random): readonly Buffer[] {
  const way = random.below(8);
  if (way === 0) return Array.from(stream, (byte) => Buffer.from([byte]));
  const count = way < 4 ? 1 : 1 + random.below(6);
  const cuts = Array.from({ length: count }, () => random.below(stream.length + 1)).toSorted((a, b) => a - b);
  return [...cuts, stream.length].map((end, index) =>
    Buffer.from(stream.subarray(cuts[index - 1] ?? 0, end)),
  );
}

type Seen = { readonly frames: readonly string[]; readonly code: string | undefined };

function parse(pieces: readonly Buffer[], version: StompVersion): Seen {
  const frames: string[] = [];
  const onFrame = ({ command, headers, body }: Frame): void => {
    let text: string = command;
    for (const [name, value] of headers) text += `\n${name}:${value}`;
    frames.push(`${text}\n\n${body.toString('latin1')}`);
  };
  const parser = new StompParser({ onFrame, bodyBytesMax: () => BODY_BYTES_MAX });
  parser.version = version;
  try {
    for (const piece of pieces) {
      parser.feed(piece);
      piece.fill(0xaa);
    }
    return { frames, code: undefined };
  } catch (error) {
    if (error instanceof StompError) return { frames, code: error.code };
    throw error;
  }
}
