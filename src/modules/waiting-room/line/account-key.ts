/** A UUID as four words of 32 bits, most significant first: what the line compares and hashes. */
export type AccountKey = Uint32Array;

const KEY_WORDS = 4;

/** The value of each character code that is a hexadecimal digit. */
const DIGITS = new Uint8Array(128);
for (let value = 0; value < 16; value++) {
  DIGITS[value.toString(16).charCodeAt(0)] = value;
  DIGITS[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Where the eight digits of each word stand in the canonical form `8-4-4-4-12`. */
const OFFSETS = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
] as const;

export function createAccountKey(): AccountKey {
  return new Uint32Array(KEY_WORDS);
}

/** Writes the words of a UUID in canonical form; unspecified ones for any other text. */
export function readAccountKey(accountId: string, into: AccountKey): AccountKey {
  for (let word = 0; word < KEY_WORDS; word++) {
    const offsets = OFFSETS[word]!;
    let value = 0;
    for (let i = 0; i < 8; i++) value = (value << 4) | DIGITS[accountId.charCodeAt(offsets[i]!) & 127]!;
    into[word] = value;
  }
  return into;
}

/** Whether this account starts at this word of an array. */
export function holdsAccountKey(words: Uint32Array, start: number, key: AccountKey): boolean {
  return (
    words[start + 3] === key[3] &&
    words[start + 2] === key[2] &&
    words[start + 1] === key[1] &&
    words[start] === key[0]
  );
}

/** The UUID that starts at this word of an array. */
export function formatAccountKey(words: Uint32Array, start: number): string {
  const [a, b, c, d] = [words[start]!, words[start + 1]!, words[start + 2]!, words[start + 3]!];
  return (
    `${BYTES[a >>> 24]}${BYTES[(a >>> 16) & 255]}${half(a)}-${BYTES[b >>> 24]}${BYTES[(b >>> 16) & 255]}` +
    `-${half(b)}-${BYTES[c >>> 24]}${BYTES[(c >>> 16) & 255]}-${half(c)}` +
    `${BYTES[d >>> 24]}${BYTES[(d >>> 16) & 255]}${half(d)}`
  );
}

function half(word: number): string {
  return `${BYTES[(word >>> 8) & 255]}${BYTES[word & 255]}`;
}

/** Spreads all 128 bits over 32 (multiply and shift, with the constants of MurmurHash3's finalizer). */
export function hashAccountKey(key: Uint32Array, start = 0): number {
  let hash = key[start + 3]!;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) ^ key[start + 2]!;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ key[start + 1]!;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) ^ key[start]!;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
