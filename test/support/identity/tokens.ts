import { createManualClock, type ManualClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import type { KeyStore } from '../../../src/platform/tokens/key-store.ts';
import { createTokens, type Tokens, type TokensOptions } from '../../../src/platform/tokens/tokens.ts';
import { createMemoryKeyStore } from './memory-key-store.ts';

export const TEST_SECRET = 'the secret that the tests are run with';
export const LEAD_MS = 60_000;
export const MAX_TTL_MS = 3_600_000;

export type TestTokens = Tokens & {
  readonly clock: ManualClock;
  readonly store: KeyStore;
  readonly errors: unknown[];
};

/** Tokens on a manual clock, started; several on one store are several processes. */
export async function startTokens(
  options: Partial<TokensOptions> & { readonly store?: KeyStore; readonly clock?: ManualClock } = {},
): Promise<TestTokens> {
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
