import { BASE32, inGroups, tidyBase32 } from '../../kernel/base32.ts';

const CODE_LENGTH = 16;

/** A ticket's code: 80 random bits in Crockford's base 32, in groups of four that can be read out. */
export function ticketCode(random: { bytes(length: number): Uint8Array }): string {
  const symbols = Array.from(random.bytes(CODE_LENGTH), (byte) => BASE32[byte & 31]);
  return inGroups(symbols.join(''));
}

/** What was scanned or typed at a door. */
export type PresentedCode =
  | { readonly kind: 'typed'; readonly code: string }
  | { readonly kind: 'signed'; readonly code: string; readonly text: string };

/** How a signed code is built: `signed-code.ts`. */
export const SIGNED_CODE = /^1[0-9A-HJKMNP-TV-Z]{59}\.[0-9A-HJKMNP-TV-Z]{103}$/;
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const CODE_AT = 37;

/** @returns undefined for what cannot be a code of ours, whatever its case, blanks and dashes */
export function readPresentedCode(text: string): PresentedCode | undefined {
  const scanned = text.trim();
  if (SIGNED_CODE.test(scanned)) {
    const code = inGroups(scanned.slice(CODE_AT, CODE_AT + CODE_LENGTH));
    return { kind: 'signed', code, text: scanned };
  }
  const typed = tidyBase32(text);
  return CODE.test(typed) ? { kind: 'typed', code: inGroups(typed) } : undefined;
}
