import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdentityLimits } from './limits.ts';
import type { AccountStore, EmailConfirmations } from './ports.ts';

/** How long the link of a mail is good. */
export const CONFIRMATION_TTL_MS = 48 * 3_600_000;

/**
 * What the link of a mail ends with: account id (16) | end in epoch seconds (4) | HMAC-SHA-256 (32) over both and the
 * address, in base64url. It is stored nowhere: it is made when the mail is sent, and used up by what it confirms.
 */
const ID_BYTES = 16;
const SPOKEN_BYTES = ID_BYTES + 4;
const TOKEN_BYTES = SPOKEN_BYTES + 32;
const SHAPE = /^[\w-]{70}$/;

export type EmailConfirmation = {
  /** What confirms `email`, for CONFIRMATION_TTL_MS from `issuedAt` on. */
  token(accountId: string, email: string, issuedAt: number): string;
  /** Has the mail sent again. */
  request(accountId: string): Promise<Result<null, 'email_confirmed' | 'rate_limited'>>;
  /** @returns the address */
  confirm(
    token: string,
  ): Promise<
    Result<{ email: string }, 'confirmation_invalid' | 'confirmation_expired' | 'confirmation_used'>
  >;
};

export type EmailConfirmationDeps = {
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly confirmations: EmailConfirmations;
  readonly limits: Pick<IdentityLimits, 'confirmationMail'>;
  readonly clock: Clock;
  readonly key: Uint8Array;
};

export function createEmailConfirmation(deps: EmailConfirmationDeps): EmailConfirmation {
  const { accounts, confirmations, limits, clock, key } = deps;
  return {
    token: (accountId, email, issuedAt) => confirmationToken(key, { accountId, email, issuedAt }),
    async request(accountId) {
      const allowed = limits.confirmationMail(accountId);
      if (!allowed.ok) return allowed;
      return (await confirmations.request(accountId, clock.now())) ? ok(null) : refuse('email_confirmed');
    },
    async confirm(token) {
      const bytes = SHAPE.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(0);
      if (bytes.length !== TOKEN_BYTES) return refuse('confirmation_invalid');
      const spoken = bytes.subarray(0, SPOKEN_BYTES);
      const id = spoken.toString('hex', 0, ID_BYTES);
      const account = await accounts.find(id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
      if (!account || !timingSafeEqual(bytes.subarray(SPOKEN_BYTES), macOf(key, spoken, account.email)))
        return refuse('confirmation_invalid');
      if (account.emailConfirmedAt !== null) return refuse('confirmation_used');
      if (clock.now() >= spoken.readUInt32BE(ID_BYTES) * 1_000) return refuse('confirmation_expired');
      const isFirst = await confirmations.confirm(account.id, clock.now());
      return isFirst ? ok({ email: account.email }) : refuse('confirmation_used');
    },
  };
}

type Confirmed = { readonly accountId: string; readonly email: string; readonly issuedAt: number };

export function confirmationToken(key: Uint8Array, { accountId, email, issuedAt }: Confirmed): string {
  const spoken = Buffer.alloc(SPOKEN_BYTES);
  spoken.write(accountId.replaceAll('-', ''), 'hex');
  spoken.writeUInt32BE(Math.floor((issuedAt + CONFIRMATION_TTL_MS) / 1_000), ID_BYTES);
  return Buffer.concat([spoken, macOf(key, spoken, email)]).toString('base64url');
}

function macOf(key: Uint8Array, spoken: Uint8Array, email: string): Buffer {
  return createHmac('sha256', key).update(spoken).update(email).digest();
}
