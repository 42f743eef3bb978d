import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../kernel/random.ts';

/**
 * What a browser keeps to be known again at a log-in: who guesses an account's password from everywhere then does not
 * keep its owner out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 *
 * Layout: device id (16 bytes) | a mark (16) for each e-mail address that logged in there, newest first; in base64url.
 * A mark is an HMAC over both, so that nobody can make one, and none says whose it is.
 */
export type KnownDevices = {
  /** The device's id, where this account has logged in there before. */
  recognise(token: string | undefined, email: string): string | undefined;
  /** The token for a device on which this account has just logged in; earlier accounts stay. */
  remember(token: string | undefined, email: string): string;
};

const BYTES = 16;
const ACCOUNTS_MAX = 8;
const SHAPE = /^[\w-]{43,192}$/;

type Device = { readonly id: Buffer; readonly marks: readonly Buffer[] };

export function createKnownDevices(key: Uint8Array, random: Random): KnownDevices {
  const markOf = (id: Buffer, email: string): Buffer =>
    createHmac('sha256', key).update(id).update(email).digest().subarray(0, BYTES);
  return {
    recognise(token, email) {
      const device = parse(token);
      if (!device) return undefined;
      const expected = markOf(device.id, email);
      return device.marks.some((mark) => timingSafeEqual(mark, expected))
        ? device.id.toString('base64url')
        : undefined;
    },
    remember(token, email) {
      const { id, marks } = parse(token) ?? { id: Buffer.from(random.bytes(BYTES)), marks: [] };
      const own = markOf(id, email);
      const others = marks.filter((mark) => !mark.equals(own)).slice(0, ACCOUNTS_MAX - 1);
      return Buffer.concat([id, own, ...others]).toString('base64url');
    },
  };
}

function parse(token: string | undefined): Device | undefined {
  if (token === undefined || !SHAPE.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length % BYTES !== 0) return undefined;
  const blocks = Array.from({ length: bytes.length / BYTES }, (_, index) =>
    bytes.subarray(index * BYTES, (index + 1) * BYTES),
  );
  const [id, ...marks] = blocks;
  return id && { id, marks };
}
