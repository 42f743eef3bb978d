/** Crockford's base 32 (https://www.crockford.com/base32.html): no letter that reads like a digit, nor a U. */
export const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Five bits a symbol; the last one is filled up with zeros. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(held >>> (bits - 5)) & 31];
    held &= 31;
  }
  return bits === 0 ? text : text + BASE32[(held << (5 - bits)) & 31];
}

/** @returns undefined where a symbol is none, or what fills up the last one is not zero: one text, one value */
export function fromBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let length = 0;
  for (const symbol of text) {
    const value = BASE32.indexOf(symbol);
    if (value === -1) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = held >>> bits;
    held &= (1 << bits) - 1;
  }
  return held === 0 && bits < 5 ? bytes : undefined;
}

/** What people type, with what they confuse put right: lower case, blanks, dashes, O for 0, I and L for 1. */
export function tidyBase32(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** In groups of four that can be read out. */
export function inGroups(text: string): string {
  return (text.match(/.{1,4}/g) ?? []).join('-');
}
