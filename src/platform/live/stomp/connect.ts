import type { Authenticate, Principal } from '../../auth/principal.ts';
import { type Frame, StompError, type StompVersion, VERSIONS } from './frame.ts';
import { agreeOnHeartBeats, type HeartBeats, OWN_INTERVAL_MS } from './heart-beat.ts';

/** What a CONNECT asks for. */
export type Asked = {
  readonly version: StompVersion;
  readonly beats: HeartBeats;
  /** What CONNECTED says of this server: 0 where the client wants none. */
  readonly offered: HeartBeats;
  readonly tokens: readonly string[];
  /** Empty where the client names none. */
  readonly login: string;
};

/**
 * Reads CONNECT, whose header names are taken without regard to case. Any `host` will do: there is one.
 * @throws StompError
 */
export function connect({ headers }: Frame): Asked {
  const lower = new Map<string, string>();
  for (const [name, value] of headers)
    if (!lower.has(name.toLowerCase())) lower.set(name.toLowerCase(), value);
  const beats = agreeOnHeartBeats(lower.get('heart-beat'));
  if (beats === undefined)
    throw new StompError('frame_malformed', 'heart-beat is not two numbers of milliseconds.');
  return {
    version: chooseVersion(lower.get('accept-version')),
    beats,
    offered: { sendMs: OWN_INTERVAL_MS, receiveMs: OWN_INTERVAL_MS },
    tokens: tokensOf(lower),
    login: lower.get('login') ?? '',
  };
}

/** A client that names no version speaks 1.0. */
function chooseVersion(accepted: string | undefined): StompVersion {
  if (accepted === undefined) return '1.0';
  const offered = new Set(accepted.split(',').map((version) => version.trim()));
  const version = VERSIONS.find((known) => offered.has(known));
  if (version === undefined)
    throw new StompError('version_unsupported', 'This server speaks 1.0, 1.1 and 1.2.');
  return version;
}

function tokensOf(headers: ReadonlyMap<string, string>): readonly string[] {
  const { authorization, passcode } = {
    authorization: headers.get('authorization') ?? '',
    passcode: headers.get('passcode') ?? '',
  };
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (authorization !== '' && bearer === undefined)
    throw new StompError('token_invalid', 'Authorization is not of the form Bearer and a token.');
  const tokens = [bearer, passcode === '' ? undefined : passcode].filter((token) => token !== undefined);
  if (tokens.length === 0) throw new StompError('token_missing', 'CONNECT has no access token.');
  return tokens;
}

/** Finds out who connects. */
export type Credentials = {
  /** @throws StompError */
  verify(accessToken: string): Promise<Principal>;
  /** Every token that is there is valid and of one account, which `login` names, where it names any. @throws StompError */
  check(asked: Asked): Promise<Principal>;
};

/** `isNamed` tells whether an account is called so: by its id or its e-mail address. */
export function createCredentials(
  authenticate: Authenticate,
  isNamed: (accountId: string, login: string) => Promise<boolean>,
): Credentials {
  const verify = async (accessToken: string): Promise<Principal> => {
    const answer = await authenticate(accessToken);
    if (!answer.ok) throw new StompError(answer.code, 'The access token is not accepted.');
    return answer.value;
  };
  return {
    verify,
    async check({ tokens, login }) {
      const [principal, other] = await Promise.all(tokens.map(verify));
      if (principal === undefined) throw new StompError('token_missing', 'CONNECT has no access token.');
      const isOne = other === undefined || other.accountId === principal.accountId;
      if (!isOne || (login !== '' && !(await isNamed(principal.accountId, login))))
        throw new StompError(
          'account_mismatch',
          'login, passcode and Authorization are of different accounts.',
        );
      return principal;
    },
  };
}
