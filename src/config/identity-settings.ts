import { demoSecret, integer, type Settings, weaknessOf } from './settings.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Who gets which role, how long sessions and keys live, and how often people sign up and log in. */
export const identitySettings = {
  sellerCode: demoSecret(
    'ENROLMENT_CODE_SELLER',
    'demo-seller-code',
    'Lets a member become a seller.',
    'a demo code',
  ),
  managerCode: demoSecret(
    'ENROLMENT_CODE_MANAGER',
    'demo-manager-code',
    'Lets a member become a manager.',
    'a demo code',
  ),
  driverCode: demoSecret(
    'ENROLMENT_CODE_DRIVER',
    'demo-driver-code',
    'Lets a member become a driver.',
    'a demo code',
  ),
  enrolmentCodeUses: integer(
    'ENROLMENT_CODE_USES',
    1,
    'How many accounts an enrolment code gives its role, in production; in demo mode any number.',
    { min: 1, max: 1_000_000 },
  ),
  accessTokenTtlMs: integer('ACCESS_TOKEN_TTL_MS', 15 * MINUTE, 'How long an access token lives.', {
    min: SECOND,
    max: DAY,
  }),
  refreshTokenTtlMs: integer('REFRESH_TOKEN_TTL_MS', 30 * DAY, 'How long a session lives without use.', {
    min: MINUTE,
    max: 365 * DAY,
  }),
  keyRotationMs: integer('KEY_ROTATION_MS', 30 * DAY, 'Age at which a signing key is replaced.', {
    min: MINUTE,
    max: 365 * DAY,
  }),
  rememberedTokensMax: integer(
    'REMEMBERED_TOKENS_MAX',
    100_000,
    'Tokens whose signature is checked once only: so many access tokens and as many passes, about 0.8 KB of memory each.',
    { min: 1_000, max: 2_000_000 },
  ),
  signUpsPerMinute: integer('SIGN_UPS_PER_MINUTE', 30, 'Sign-ups from one address.', {
    min: 1,
    max: 1_000_000,
  }),
  logInsPerMinute: integer(
    'LOG_INS_PER_MINUTE',
    300,
    'Log-ins from one address; wrong ones for one account from there wait longer and longer besides.',
    { min: 1, max: 1_000_000 },
  ),
} as const;

/** What a guesser with many accounts does not find: five guesses a minute each. */
const CODE_STRENGTH = { lengthMin: 12, differentMin: 5 };

/** What enrolment codes must not be, in words. */
export function codeProblems(
  config: Settings<typeof identitySettings> & { readonly secretKey: string },
): readonly string[] {
  const codes = [
    ['ENROLMENT_CODE_SELLER', config.sellerCode],
    ['ENROLMENT_CODE_MANAGER', config.managerCode],
    ['ENROLMENT_CODE_DRIVER', config.driverCode],
  ] as const;
  return codes.flatMap(([env, code], index) => {
    if (code === undefined) return [];
    const problems: string[] = [];
    const weakness = weaknessOf(code, CODE_STRENGTH);
    if (weakness !== undefined) problems.push(`${env} ${weakness}.`);
    if (code === config.secretKey) problems.push(`${env} must not be SECRET_KEY.`);
    const same = codes.slice(0, index).find(([, other]) => other === code);
    if (same) problems.push(`${env} must not be that of ${same[0]}: each role has a code of its own.`);
    return problems;
  });
}
