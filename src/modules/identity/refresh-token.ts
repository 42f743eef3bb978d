import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A refresh token is the session's id, its generation, and a MAC over both under SECRET_KEY and the
 * session's own seed. So the successor of a token can be computed again, for the client that lost the
 * answer; an old token is told from a guess, which must not end anybody's session; and anyone who has only the
 * database, or only the secret, cannot make one.
 *
 * Layout: session id (16) | generation (4) | HMAC-SHA-256 (32), in base64url.
 */
export type RefreshTokenParts = {
  readonly sessionId: string;
  readonly generation: number;
  readonly mac: Buffer;
};

const ID_BYTES = 16;
const SPOKEN_BYTES = ID_BYTES + 4;
const TOKEN_BYTES = SPOKEN_BYTES + 32;
/** 52 bytes need 70 characters. */
const SHAPE = /^[\w-]{70}$/;

export type RefreshTokens = {
  /** The refresh token of a session's generation. */
  of(session: { readonly id: string; readonly seed: Buffer }, generation: number): string;
  /** Takes a text apart; undefined when it cannot be a refresh token. */
  parse(text: string): RefreshTokenParts | undefined;
  /** Whether we made it, for this session. */
  isGenuine(parts: RefreshTokenParts, session: { readonly id: string; readonly seed: Buffer }): boolean;
};

export function createRefreshTokens(key: Uint8Array): RefreshTokens {
  const macOf = (spoken: Uint8Array, seed: Buffer): Buffer =>
    createHmac('sha256', key).update(seed).update(spoken).digest();
  return {
    of(session, generation) {
      const spoken = spokenPart(session.id, generation);
      return Buffer.concat([spoken, macOf(spoken, session.seed)]).toString('base64url');
    },
    parse(text) {
      if (!SHAPE.test(text)) return undefined;
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length !== TOKEN_BYTES) return undefined;
      return {
        sessionId: toUuid(bytes.subarray(0, ID_BYTES)),
        generation: bytes.readUInt32BE(ID_BYTES),
        mac: bytes.subarray(SPOKEN_BYTES),
      };
    },
    isGenuine: (parts, session) =>
      timingSafeEqual(parts.mac, macOf(spokenPart(parts.sessionId, parts.generation), session.seed)),
  };
}

function spokenPart(sessionId: string, generation: number): Buffer {
  const bytes = Buffer.alloc(SPOKEN_BYTES);
  bytes.write(sessionId.replaceAll('-', ''), 'hex');
  bytes.writeUInt32BE(generation, ID_BYTES);
  return bytes;
}

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
