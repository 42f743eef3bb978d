import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { TokenSigner } from '../../platform/auth/tokens/token.ts';
import type { KnownDevices } from './known-devices.ts';
import type { IdentityLimits } from './limits.ts';
import { decideRefresh, normalizeEmail, type Role } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { AccountStore, Session, SessionStore, SessionWithRoles } from './ports.ts';
import type { RefreshTokenParts, RefreshTokens } from './refresh-token.ts';
import type { TokenEndings } from './token-endings.ts';

/** What a log-in or a refresh yields. Times are epoch ms. */
export type SessionTokens = {
  readonly accountId: string;
  readonly accessToken: string;
  readonly expiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
};

export type LogIn = {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  /** What an earlier log-in left on the device, as it came. */
  readonly deviceToken?: string | undefined;
};

/** With what the device is to keep, so that it is known at the next log-in. */
export type LoggedIn = SessionTokens & { readonly deviceToken: string };

export type RefreshCode = 'refresh_token_invalid' | 'refresh_token_reused' | 'session_ended';

export type SessionsService = {
  logIn(request: LogIn): Promise<Result<LoggedIn, 'credentials_invalid' | 'rate_limited'>>;
  /**
   * Exchanges a refresh token for new tokens. The same one again within the grace time, as by two tabs or
   * by a client that lost the answer, yields the same refresh token; later it ends the session.
   */
  refresh(refreshToken: string): Promise<Result<SessionTokens, RefreshCode>>;
  /** Ends a session and its access tokens. */
  logOut(sessionId: string): Promise<void>;
  /** Ends the session of a refresh token; one that we did not make ends nothing. */
  logOutBy(refreshToken: string): Promise<void>;
  /** Which session a refresh token names, genuine or not. */
  sessionIdOf(refreshToken: string): string | undefined;
  /** An access token without a session, for load scripts; nothing can refresh it. */
  issueLoadToken(account: {
    readonly id: string;
    readonly roles: readonly Role[];
  }): Promise<{ readonly accessToken: string; readonly expiresAt: number }>;
};

export type SessionOptions = {
  /** Default 15 minutes. */
  readonly accessTokenTtlMs: number;
  /** How long a session lives without a refresh. Default 30 days. */
  readonly refreshTokenTtlMs: number;
  /** How long a session lives at most. Default 365 days. */
  readonly sessionAgeMaxMs: number;
  /** How long a refresh token is good for the same answer once more. Default 10 s. */
  readonly refreshGraceMs: number;
  /** Life of the tokens for load scripts. Default 4 hours. */
  readonly loadTokenTtlMs: number;
};

export type SessionsServiceDeps = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly passwords: Passwords;
  readonly refreshTokens: RefreshTokens;
  readonly signer: TokenSigner;
  readonly endings: TokenEndings;
  readonly limits: IdentityLimits;
  readonly devices: KnownDevices;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly options: SessionOptions;
};

const SEED_BYTES = 32;

export function createSessionsService(deps: SessionsServiceDeps): SessionsService {
  const { logIn } = loggingIn(deps);
  const { refresh, end, endBy } = refreshing(deps);
  const { signer, ids, options, refreshTokens } = deps;
  return {
    logIn,
    refresh,
    logOut: end,
    logOutBy: endBy,
    sessionIdOf: (refreshToken) => refreshTokens.parse(refreshToken)?.sessionId,
    async issueLoadToken({ id, roles }) {
      const { token, expiresAt } = await signer.sign({
        audience: 'access',
        subject: id,
        claims: { sid: ids.next(), roles },
        ttlMs: options.loadTokenTtlMs,
      });
      return { accessToken: token, expiresAt };
    },
  };
}

function loggingIn(deps: SessionsServiceDeps): Pick<SessionsService, 'logIn'> {
  const { accounts, sessions, passwords, limits, devices, clock, ids, random, options } = deps;

  async function openSession(accountId: string): Promise<SessionTokens> {
    const now = clock.now();
    const session: Session = {
      id: ids.next(),
      accountId,
      seed: Buffer.from(random.bytes(SEED_BYTES)),
      generation: 0,
      createdAt: now,
      rotatedAt: now,
      expiresAt: now + Math.min(options.refreshTokenTtlMs, options.sessionAgeMaxMs),
    };
    await sessions.create(session);
    // Read again: the roles may have changed while the password was being checked.
    const found = await sessions.find(session.id);
    if (!found) throw new Error('a session that was just opened is gone');
    return issueTokens(deps, found, { generation: 0, readAt: now });
  }

  return {
    async logIn({ email: typed, password, address, deviceToken }) {
      const email = normalizeEmail(typed);
      const attempt = { email, address, device: devices.recognise(deviceToken, email) };
      const allowed = limits.logIn(attempt);
      if (!allowed.ok) return allowed;
      const found = await accounts.findCredentials(email);
      const hash = found?.passwordHash;
      const isRight = await passwords.verify(password, hash);
      if (!isRight || hash === undefined) return refuse('credentials_invalid');
      const { account } = found!;
      limits.logInSucceeded(attempt);
      if (passwords.needsRehash(hash))
        await accounts.replacePasswordHash(account.id, hash, await passwords.hash(password));
      const tokens = await openSession(account.id);
      return ok({ ...tokens, deviceToken: devices.remember(deviceToken, email) });
    },
  };
}

/** How often a refresh that is overtaken by another one looks again. */
const OVERTAKEN_MAX = 3;

function refreshing(deps: SessionsServiceDeps) {
  const { sessions, refreshTokens, endings, clock, options } = deps;

  async function end(sessionId: string): Promise<void> {
    const at = clock.now();
    await sessions.revoke(sessionId, at);
    endings.endSession({ sessionId, at });
  }

  async function endBy(refreshToken: string): Promise<void> {
    const presented = refreshTokens.parse(refreshToken);
    const session = presented && (await sessions.find(presented.sessionId));
    if (session && refreshTokens.isGenuine(presented, session)) await end(session.id);
  }

  /** @returns undefined when another refresh of the session came between */
  async function tryRefresh(
    presented: RefreshTokenParts,
  ): Promise<Result<SessionTokens, RefreshCode> | undefined> {
    const now = clock.now();
    const session = await sessions.find(presented.sessionId);
    if (!session || !refreshTokens.isGenuine(presented, session)) return refuse('refresh_token_invalid');
    const decision = decideRefresh(session, presented.generation, now, options.refreshGraceMs);
    if (decision === 'ended') return refuse('session_ended');
    if (decision === 'reuse') {
      await end(session.id);
      return refuse('refresh_token_reused');
    }
    const generation = presented.generation + 1;
    if (decision === 'repeat') return ok(await issueTokens(deps, session, { generation, readAt: now }));
    const latest = session.createdAt + options.sessionAgeMaxMs;
    const expiresAt = Math.min(now + options.refreshTokenTtlMs, latest);
    const rotation = { id: session.id, generation: presented.generation, at: now, expiresAt };
    if (!(await sessions.rotate(rotation))) return undefined;
    return ok(await issueTokens(deps, { ...session, expiresAt }, { generation, readAt: now }));
  }

  async function refresh(refreshToken: string): Promise<Result<SessionTokens, RefreshCode>> {
    const presented = refreshTokens.parse(refreshToken);
    if (!presented) return refuse('refresh_token_invalid');
    for (let attempt = 0; attempt < OVERTAKEN_MAX; attempt++) {
      const answer = await tryRefresh(presented);
      if (answer) return answer;
    }
    throw new Error('a session was overtaken again and again');
  }

  return { refresh, end, endBy };
}

/** `readAt` lies before the roles were read: the access token counts as issued then. */
async function issueTokens(
  deps: SessionsServiceDeps,
  session: SessionWithRoles,
  of: { readonly generation: number; readonly readAt: number },
): Promise<SessionTokens> {
  const { token, expiresAt } = await deps.signer.sign({
    audience: 'access',
    subject: session.accountId,
    claims: { sid: session.id, roles: session.roles },
    ttlMs: Math.max(1, Math.min(deps.options.accessTokenTtlMs, session.expiresAt - of.readAt)),
    issuedAt: of.readAt,
  });
  return {
    accountId: session.accountId,
    accessToken: token,
    expiresAt,
    refreshToken: deps.refreshTokens.of(session, of.generation),
    refreshExpiresAt: session.expiresAt,
  };
}
