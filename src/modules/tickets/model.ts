const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 16;

/** A ticket's code: 80 random bits in Crockford's base 32, in groups of four that can be read out. */
export function ticketCode(random: { bytes(length: number): Uint8Array }): string {
  const symbols = Array.from(random.bytes(CODE_LENGTH), (byte) => CODE_ALPHABET[byte & 31]);
  return (symbols.join('').match(/.{4}/g) ?? []).join('-');
}
