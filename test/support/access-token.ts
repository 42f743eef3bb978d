import { randomUUID } from 'node:crypto';
import type { Tokens } from '../../src/platform/auth/tokens/tokens.ts';

const TTL_MS = 600_000;

/** An access token as the system would sign it after a log-in; of nobody in particular unless an account is named. */
export async function accessTokenOf(
  { signer }: Pick<Tokens, 'signer'>,
  roles: readonly string[],
  accountId: string = randomUUID(),
): Promise<string> {
  const claims = { sid: randomUUID(), roles };
  const { token } = await signer.sign({ audience: 'access', subject: accountId, claims, ttlMs: TTL_MS });
  return token;
}
