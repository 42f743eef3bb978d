import { createAccountStore } from '../../adapters/postgres/identity/account-store.ts';
import { createEmailConfirmations } from '../../adapters/postgres/identity/email-confirmations.ts';
import { createKeyStore } from '../../adapters/postgres/identity/key-store.ts';
import { createSessionStore } from '../../adapters/postgres/identity/session-store.ts';
import { type AccountStore, createIdentity, type Identity } from '../../modules/identity/index.ts';
import { createTokens, type Tokens } from '../../platform/auth/tokens/tokens.ts';
import type { Foundation } from '../foundation.ts';

export type IdentityParts = {
  readonly tokens: Tokens;
  readonly identity: Identity;
  readonly accountStore: AccountStore;
};

export function composeIdentity(base: Foundation): IdentityParts {
  const { config, database, hint } = base;
  const tokens = createTokens({
    ...base,
    store: createKeyStore(database),
    secretKey: config.secretKey,
    keyMaxAgeMs: config.keyRotationMs,
    maxRemembered: config.rememberedTokensMax,
    onError: base.complain('signing keys'),
  });
  const accountStore = createAccountStore(database, hint, base.clock);
  const identity = createIdentity({
    ...base,
    accounts: accountStore,
    sessions: createSessionStore(database),
    confirmations: createEmailConfirmations(database, hint),
    tokens,
    secretKey: config.secretKey,
    enrolmentCodes: { seller: config.sellerCode, manager: config.managerCode, driver: config.driverCode },
    enrolmentCodeUsesMax: config.mode === 'production' ? config.enrolmentCodeUses : undefined,
    attempts: { signUpsPerMinute: config.signUpsPerMinute, logInsPerMinute: config.logInsPerMinute },
    session: { accessTokenTtlMs: config.accessTokenTtlMs, refreshTokenTtlMs: config.refreshTokenTtlMs },
    onError: base.complain('sessions'),
  });
  return { tokens, identity, accountStore };
}
