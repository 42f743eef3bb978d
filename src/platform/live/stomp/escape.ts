import { StompError, type StompVersion } from './frame.ts';

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', ':': '\\c', '\r': '\\r' };
const UNESCAPED: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\c': ':', '\\r': '\r' };

/**
 * A header's name or value as it goes over the wire. 1.0 knows no escapes: what would end the line or, in a name,
 * begin the value is left out. 1.1 has none for a carriage return, which it may hold as it is.
 */
export function escapeHeader(text: string, version: StompVersion): string {
  if (version === '1.2') return text.replaceAll(/[\\\n\r:]/g, (char) => ESCAPED[char] ?? char);
  if (version === '1.1') return text.replaceAll(/[\\\n:]/g, (char) => ESCAPED[char] ?? char);
  return text.replaceAll('\n', ' ');
}

/** @throws StompError `frame_malformed` on an escape that the version does not know (1.2, Value Encoding) */
export function unescapeHeader(text: string, version: StompVersion): string {
  if (version === '1.0' || !text.includes('\\')) return text;
  return text.replaceAll(/\\[^]?/g, (escape) => {
    const char = UNESCAPED[escape];
    if (char === undefined || (escape === '\\r' && version === '1.1'))
      throw new StompError('frame_malformed', 'A header has an escape that this version does not know.');
    return char;
  });
}
