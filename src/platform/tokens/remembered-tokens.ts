import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ok } from '../../kernel/result.ts';
import type { TokenPurpose, VerifiedToken } from './token.ts';

/**
 * Tokens whose signature is known to be good, until they end. At the bound the one that was longest not
 * used is forgotten and will be verified again: that costs time, never correctness.
 *
 * The key is the whole text. A part of it would not do: whoever knows one token could put its signature
 * under other claims. With 20,000 tokens in turn a lookup takes about 0.6 µs, two thirds of it in hashing
 * and comparing 500 fresh characters, as a plain Map does too.
 */
export type RememberedTokens = Readonly<Record<TokenPurpose, BoundedMap<string, Ok<VerifiedToken>>>>;

export function createRememberedTokens(options: {
  readonly clock: Clock;
  /** For each purpose; an entry is about 1 KB. */
  readonly maxEntries: number;
}): RememberedTokens {
  return { access: new BoundedMap(options), pass: new BoundedMap(options) };
}
