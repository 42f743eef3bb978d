import { BoundedMap } from '../../../kernel/bounded-map.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { type Ok, ok } from '../../../kernel/result.ts';
import type { VerifiedToken } from './token.ts';

/** A dot and 64 bytes. */
const SIGNATURE_LENGTH = 87;

export type RememberedTokensOptions<T> = {
  readonly clock: Clock;
  /** An entry is about 0.8 KB. */
  readonly maxEntries: number;
  /** What is kept of a token; undefined: nothing, it is refused. */
  readonly read: (token: VerifiedToken) => T | undefined;
};

type Remembered<T> = { readonly answer: Ok<T>; readonly signature: string };

/**
 * Tokens that are known to be good, until they end. At the bound the one that was longest not
 * used is forgotten and will be verified again: that costs time, never correctness.
 *
 * The key is what was signed, and the signature must be the one that was seen with it. A part of it would not do:
 * anyone who knows one token could put its signature under other claims.
 *
 * Of a token only what its reader made of it is kept: 200,000 are most of what a full collection of V8 has to walk
 * over, and it walks over objects, not bytes (docs/decisions/001-verify-tokens-in-the-thread-pool.md).
 */
export class RememberedTokens<T> {
  readonly #known: BoundedMap<string, Remembered<T>>;
  readonly #read: (token: VerifiedToken) => T | undefined;

  constructor(options: RememberedTokensOptions<T>) {
    this.#known = new BoundedMap(options);
    this.#read = options.read;
  }

  get(token: string): Ok<T> | undefined {
    const known = this.#known.get(token.slice(0, -SIGNATURE_LENGTH));
    return known && token.endsWith(known.signature) ? known.answer : undefined;
  }

  /** Whether what was signed is known, under whichever signature. */
  knows(token: string): boolean {
    return this.#known.get(token.slice(0, -SIGNATURE_LENGTH)) !== undefined;
  }

  /** @returns what is kept of the token, undefined if its reader refuses it */
  remember(token: string, verified: VerifiedToken): Ok<T> | undefined {
    const reading = this.#read(verified);
    if (reading === undefined) return undefined;
    const answer = ok(reading);
    const known = { answer, signature: token.slice(-SIGNATURE_LENGTH) };
    this.#known.set(token.slice(0, -SIGNATURE_LENGTH), known, verified.expiresAt);
    return answer;
  }
}
