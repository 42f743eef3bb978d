import { type Static, Type } from 'typebox';
import { defineProblems } from '../../kernel/problems.ts';
import { defineEvents } from '../../platform/events/event.ts';
import { closed, Id, pageOf, pageQuery, Time, visibleText } from '../../platform/http/schemas.ts';
import { ENROLLED_ROLES, LANGUAGES, ROLES } from './model.ts';
import type { Account } from './ports.ts';

export const identityProblems = defineProblems({
  email_taken: {
    kind: 'conflict',
    title: 'There is an account with this e-mail address',
    remedy: 'Log in with POST /v1/sessions, or sign up with another address.',
  },
  credentials_invalid: {
    kind: 'unauthenticated',
    title: 'E-mail address or password is wrong',
    remedy: 'Check both and try again; sign up with POST /v1/accounts if you have no account.',
  },
  refresh_token_invalid: {
    kind: 'unauthenticated',
    title: 'The refresh token is not valid',
    remedy: 'Send the latest refreshToken, in the body or as the cookie, or log in again.',
  },
  refresh_token_reused: {
    kind: 'unauthenticated',
    title: 'The refresh token was used before',
    remedy: 'Someone else may hold it, so the session was ended: log in again.',
  },
  refresh_cookie_refused: {
    kind: 'forbidden',
    title: 'The refresh cookie is taken from our own pages only',
    remedy: 'Send the refresh token in the body.',
  },
  enrolment_code_invalid: {
    kind: 'forbidden',
    title: 'The enrolment code is wrong',
    remedy: 'Ask a manager for the code of this role, or to give you the role.',
  },
  enrolment_code_used: {
    kind: 'forbidden',
    title: 'The enrolment code has been used up',
    remedy: 'Ask a manager to give you the role, or for a new code.',
  },
  role_revoked: {
    kind: 'forbidden',
    title: 'A manager took this role from you',
    remedy: 'A code does not bring it back: ask a manager to give it to you again.',
  },
  account_not_found: {
    kind: 'not_found',
    title: 'There is no such account',
    remedy: 'Check the id; GET /v1/accounts/me shows your own.',
  },
  own_manager_role: {
    kind: 'conflict',
    title: 'Managers do not take the role from themselves',
    remedy: 'Ask another manager, so that one always remains.',
  },
  email_confirmed: {
    kind: 'conflict',
    title: 'The e-mail address is confirmed already',
    remedy: 'There is nothing to do.',
  },
  confirmation_invalid: {
    kind: 'forbidden',
    title: 'The confirmation is not valid',
    remedy:
      'Open the whole link of the mail, or have a new one sent: POST /v1/accounts/me/email-confirmations.',
  },
  confirmation_expired: {
    kind: 'forbidden',
    title: 'The confirmation has expired',
    remedy: 'Sign in and have a new one sent: POST /v1/accounts/me/email-confirmations.',
  },
  confirmation_used: {
    kind: 'conflict',
    title: 'The e-mail address was confirmed with this already',
    remedy: 'There is nothing to do.',
  },
  rotation_limit_reached: {
    kind: 'conflict',
    title: 'Too many signing keys are in use',
    remedy: 'Wait until the tokens of the oldest have ended; nothing was changed.',
  },
});

const Email = Type.String({ format: 'email', minLength: 3, maxLength: 254 });
/** NIST SP 800-63B: at least 8 characters, no rules of composition, and a bound on what is hashed. */
const NewPassword = Type.String({ minLength: 8, maxLength: 128 });

const Role = Type.Enum([...ROLES], { title: 'Role' });
const EnrolledRole = Type.Enum([...ENROLLED_ROLES], {
  title: 'EnrolledRole',
  description: 'A role that is given; everybody is a member.',
});

const Language = Type.Enum([...LANGUAGES], { title: 'Language' });

export const SignUpBody = closed(
  {
    email: Email,
    password: NewPassword,
    name: visibleText(100),
    language: Type.Optional({ ...Language, description: 'Of mails; without it `ko`.' }),
  },
  { title: 'SignUp' },
);

export const EmailConfirmationBody = closed(
  {
    token: Type.String({ minLength: 1, maxLength: 512, description: 'What the link of the mail ends with.' }),
  },
  { title: 'EmailConfirmation' },
);

export const ConfirmedEmail = Type.Object({ email: Type.String() }, { title: 'ConfirmedEmail' });

export const LogInBody = closed(
  { email: Email, password: Type.String({ minLength: 1, maxLength: 128 }) },
  { title: 'LogIn' },
);

export const RefreshBody = closed(
  { refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })) },
  { title: 'Refresh' },
);

export const EnrolmentBody = closed(
  { role: EnrolledRole, code: Type.String({ minLength: 1, maxLength: 256 }) },
  { title: 'Enrolment' },
);

export const RoleChangeBody = closed(
  {
    role: EnrolledRole,
    action: Type.Optional(
      Type.Enum(['grant', 'revoke'], { title: 'RoleAction', description: 'Without it `grant`.' }),
    ),
  },
  { title: 'RoleChange' },
);

export const AccountView = Type.Object(
  {
    id: Id,
    email: Type.String(),
    name: Type.String(),
    roles: Type.Array(Role),
    language: { ...Language, description: 'In which mails are written.' },
    emailConfirmed: Type.Boolean({ description: 'Whether the link of the first mail was opened.' }),
    createdAt: Time,
  },
  { title: 'Account' },
);
export type AccountView = Static<typeof AccountView>;

export const AccountPage = pageOf(AccountView);

export const AccountQueryString = closed({
  ...pageQuery,
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^\\u0000]*$',
      description: 'Found in e-mail address or name.',
    }),
  ),
  role: Type.Optional({ ...Role, description: 'Only accounts that have it.' }),
});

export const SessionView = Type.Object(
  {
    accessToken: Type.String({ description: 'Send it as `Authorization: Bearer`.' }),
    expiresAt: Type.String({ format: 'date-time', description: 'When the access token ends.' }),
    refreshToken: Type.String({ description: 'Good for one POST /v1/sessions/refresh.' }),
    accountId: Id,
  },
  { title: 'Session' },
);
export type SessionView = Static<typeof SessionView>;

export const KeySetView = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kty: Type.Literal('EC'),
          crv: Type.Literal('P-256'),
          x: Type.String(),
          y: Type.String(),
          kid: Type.String(),
          alg: Type.Literal('ES256'),
          use: Type.Literal('sig'),
        },
        { title: 'VerificationKey' },
      ),
    ),
  },
  { title: 'KeySet', description: 'JWK set (RFC 7517)' },
);

export const RotationView = Type.Object(
  {
    kid: Type.String(),
    createdAt: Time,
    signsFrom: Type.String({
      format: 'date-time',
      description: 'It is published now and signs from here; the keys before it go on verifying.',
    }),
  },
  { title: 'KeyRotation' },
);
export type RotationView = Static<typeof RotationView>;

/** Events that this module saves. */
export const identityEvents = defineEvents(
  { subject: 'accountId' },
  {
    'account.created': Type.Object({ accountId: Id, roles: Type.Array(Type.Enum([...ROLES])) }),
    'email.confirmation-requested': Type.Object({ accountId: Id }),
    'email.confirmed': Type.Object({ accountId: Id }),
    'roles.changed': Type.Object({
      accountId: Id,
      roles: Type.Array(Type.Enum([...ROLES])),
      role: Type.Enum([...ENROLLED_ROLES]),
      action: Type.Enum(['grant', 'revoke']),
      by: Id,
      how: Type.Enum(['enrolment', 'first', 'manager', 'command']),
    }),
  },
);

export function accountView(account: Account): AccountView {
  const { id, email, name, roles, language, emailConfirmedAt, createdAt } = account;
  return {
    id,
    email,
    name,
    roles: [...roles],
    language,
    emailConfirmed: emailConfirmedAt !== null,
    createdAt: new Date(createdAt).toISOString(),
  };
}
