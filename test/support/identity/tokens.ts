import { createManualClock, type ManualClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import type { KeyStore } from '../../../src/platform/auth/tokens/key-store.ts';
import type { TokenPurpose, TokenReader, VerifiedToken } from '../../../src/platform/auth/tokens/token.ts';
import { createTokens, type Tokens, type TokensOptions } from '../../../src/platform/auth/tokens/tokens.ts';
import { createMemoryKeyStore } from './memory-key-store.ts';

export const TEST_SECRET = 'the secret that the tests are run with';
export const LEAD_MS = 60_000;
export const MAX_TTL_MS = 3_600_000;

export type TestTokens = Tokens & {
  readonly clock: ManualClock;
  readonly store: KeyStore;
  readonly errors: unknown[];
};

type TokensSetup = Partial<TokensOptions> & { readonly store?: KeyStore; readonly clock?: ManualClock };

/** Tokens on a manual clock, started; several on one store are several processes. */
export async function startTokens(options: TokensSetup = {}): Promise<TestTokens> {
  const clock = options.clock ?? createManualClock();
  const store = options.store ?? createMemoryKeyStore();
  const errors: unknown[] = [];
  const tokens = createTokens({
    random: systemRandom,
    ids: createIds(clock, systemRandom),
    secretKey: TEST_SECRET,
    onError: (error) => errors.push(error),
    keyLeadMs: LEAD_MS,
    maxTokenTtlMs: MAX_TTL_MS,
    ...options,
    store,
    clock,
  });
  await tokens.lifecycle.start();
  return { ...tokens, clock, store, errors };
}

export type VerifyingTokens = TestTokens & {
  /** What a token says, all of it. */
  verify(token: string, purpose: TokenPurpose): ReturnType<TokenReader<VerifiedToken>>;
};

/** As startTokens, with the readers of both purposes taken. */
export async function startVerifyingTokens(options: TokensSetup = {}): Promise<VerifyingTokens> {
  const tokens = await startTokens(options);
  const whole = (token: VerifiedToken) => token;
  const readers = { access: tokens.readerOf('access', whole), pass: tokens.readerOf('pass', whole) };
  return { ...tokens, verify: (token, purpose) => readers[purpose](token) };
}
