import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Makes identifiers. */
export type Ids = {
  /** A new UUIDv7 in its canonical lower-case form, greater than every one before it. */
  next(): string;
};

const UUID_PATTERN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Whether `s` has the canonical form of a UUID. Only lower case: one id shall have one spelling. */
export function isUuid(s: string): boolean {
  return UUID_PATTERN.test(s);
}

/** The `count` lowest bytes of `value` in hexadecimal. */
function hex(value: number, count: number): string {
  let text = '';
  for (let shift = (count - 1) * 8; shift >= 0; shift -= 8) text += HEX[(value >>> shift) & 0xff];
  return text;
}

/**
 * UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of time, a 32-bit counter, 42 random bits.
 *
 * They grow within the process also in one millisecond, by the counter of section 6.2, method 1: it starts
 * each millisecond at a random value with its top bit clear, so that at least 2^31 ids fit in one. Where the
 * clock stands still or lags, the ids go on from the last time they used.
 */
export function createIds(clock: Clock, random: Random): Ids {
  let timeMs = -1;
  let counter = 0;

  const step = (): void => {
    const nowMs = Math.floor(clock.now());
    if (nowMs > timeMs) {
      timeMs = nowMs;
      counter = random.uint32() >>> 1;
    } else {
      counter++;
    }
  };

  return {
    next() {
      step();
      const versionAndCounter = 0x7000 | (counter >>> 20);
      const variantAndCounter = 0x8000 | ((counter >>> 6) & 0x3fff);
      const counterAndRandom = ((counter & 0x3f) << 10) | (random.uint32() >>> 22);
      return (
        `${hex(Math.floor(timeMs / 2 ** 16), 4)}-${hex(timeMs % 2 ** 16, 2)}-${hex(versionAndCounter, 2)}` +
        `-${hex(variantAndCounter, 2)}-${hex(counterAndRandom, 2)}${hex(random.uint32(), 4)}`
      );
    },
  };
}
