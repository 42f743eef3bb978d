import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../until.ts';

/** What a mail program shows of a message; as much of MIME as our messages have. */
export type ReadMessage = {
  /** By their names in lower case, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string;
};

/** @throws Error where it is no message with both of its parts */
export function readMessage(raw: string): ReadMessage {
  const whole = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(whole.headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined) throw new Error('the message has no parts');
  const parts = whole.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r\n/, '')));
  const of = (type: string) => {
    const part = parts.find(({ headers }) => headers.get('content-type')?.startsWith(type));
    if (!part) throw new Error(`the message has no ${type}`);
    return decode(part.body, part.headers.get('content-transfer-encoding'));
  };
  return { headers: whole.headers, text: of('text/plain'), html: of('text/html') };
}

function split(raw: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line) => {
    const [, name = '', value = ''] = /^([!-9;-~]+): ?(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`no header: ${line}`);
    return [name.toLowerCase(), words(value)] as const;
  });
  return { headers: new Map(headers), body: raw.slice(end + 4) };
}

/** Encoded words (RFC 2047); blanks between two of them are nothing. */
function words(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_all, kind: string, text: string) =>
      decode(
        kind.toUpperCase() === 'Q' ? text.replaceAll('_', ' ') : text,
        kind.toUpperCase() === 'Q' ? 'quoted-printable' : 'base64',
      ),
    );
}

function decode(text: string, coding: string | undefined): string {
  if (coding === 'base64') return Buffer.from(text, 'base64').toString();
  if (coding !== 'quoted-printable') return text;
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** The mails in a folder to an address so far, by the order of their occasions. */
export async function mailsTo(folder: string, address: string): Promise<readonly ReadMessage[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const read = names.toSorted().map(async (name) => readMessage(await readFile(join(folder, name), 'utf8')));
  return (await Promise.all(read)).filter(({ headers }) => headers.get('to')?.includes(address));
}

/** Waits for so many. */
export function mailsOnceThere(
  folder: string,
  address: string,
  count: number,
): Promise<readonly ReadMessage[]> {
  return until(
    () => mailsTo(folder, address),
    (mails) => mails.length >= count,
  );
}
