import type { FanOutMessage } from '../../platform/live/fan-out.ts';

type Content = Omit<FanOutMessage, 'topic'>;
type Head = { readonly event?: string; readonly headers?: readonly (readonly [string, string])[] };

const LINE_END = 0x0a;

/** A line of JSON with all but the body, then the body. */
export function encodeMessage({ event, headers, body }: Content): Buffer {
  const head: Head = {
    ...(event === undefined ? {} : { event }),
    ...(headers === undefined ? {} : { headers: [...headers] }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

export function decodeMessage(bytes: Buffer): Content {
  const end = bytes.indexOf(LINE_END);
  const { event, headers } = JSON.parse(bytes.toString('utf8', 0, end)) as Head;
  return {
    // A copy: the rest of what was read from the socket is not to stay with it.
    body: Buffer.from(bytes.subarray(end + 1)),
    ...(event === undefined ? {} : { event }),
    ...(headers === undefined ? {} : { headers: new Map(headers) }),
  };
}

/** The line that Redis puts before it: `epoch.offset`, which ends at `end`. */
export function placeOf(message: Buffer): {
  readonly epoch: string;
  readonly offset: number;
  readonly end: number;
} {
  const end = message.indexOf(LINE_END);
  const id = message.toString('latin1', 0, end);
  const point = id.lastIndexOf('.');
  return { epoch: id.slice(0, point), offset: Number(id.slice(point + 1)), end };
}
