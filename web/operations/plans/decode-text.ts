export type DecodedText =
  | { readonly ok: true; readonly text: string }
  /** `line` is the first that no encoding explains, counted from 1. */
  | { readonly ok: false; readonly fault: 'fileNotText' }
  | { readonly ok: false; readonly fault: 'fileEncoding'; readonly line: number };

/** Of a file that names no encoding, in the order in which they are tried. `euc-kr` is CP949 in browsers. */
const UNNAMED = ['utf-8', 'euc-kr'] as const;

/** What no text has: control characters but tab and line ends. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001f]/;

/**
 * Text of a file in UTF-8, UTF-16 or CP949, which Korean Excel writes: by its byte order mark, by the zeros of UTF-16,
 * or by what its bytes can be. Never guesses: what no encoding explains is refused. Line ends become `\n`, Hangul is
 * composed, as sellers type it.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const named = encodingOf(bytes);
  const encodings = named === undefined ? UNNAMED : [named];
  for (const encoding of encodings) {
    const text = decode(bytes, encoding);
    if (text === undefined) continue;
    if (CONTROL.test(text)) return { ok: false, fault: 'fileNotText' };
    return { ok: true, text: text.replaceAll(/\r\n?/g, '\n').normalize('NFC') };
  }
  if (bytes.includes(0)) return { ok: false, fault: 'fileNotText' };
  const lines = encodings.map((encoding) => firstWrongLine(bytes, encoding));
  return { ok: false, fault: 'fileEncoding', line: Math.max(...lines) };
}

function encodingOf(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // Without a mark: commas, digits and line ends of a table have a zero for their other half, on one side mostly.
  const zeros = [0, 0];
  for (const [i, byte] of bytes.subarray(0, 4_096).entries()) if (byte === 0) zeros[i % 2]! += 1;
  const [high = 0, low = 0] = zeros;
  if (high === low) return undefined;
  return low > high ? 'utf-16le' : 'utf-16be';
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Of a text that cannot be decoded: its first line that cannot, in an encoding whose line ends are one byte. */
function firstWrongLine(bytes: Uint8Array, encoding: string): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    if (decode(bytes.subarray(start, next), encoding) === undefined) break;
    start = next;
  }
  return line;
}
