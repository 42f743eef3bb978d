import { Type } from 'typebox';
import { ok, refuse } from '../../kernel/result.ts';
import { anyone, member, roles } from '../../platform/auth/access.ts';
import type { KeyRing } from '../../platform/auth/tokens/key-ring.ts';
import { closed, Id, ifGiven } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import type { AccountsService } from './accounts-service.ts';
import {
  accountView,
  EmailConfirmationBody,
  EnrolmentBody,
  LogInBody,
  RefreshBody,
  RoleChangeBody,
  SignUpBody,
} from './contract.ts';
import type { EmailConfirmation } from './email-confirmation.ts';
import type { RolesService } from './roles-service.ts';
import type { LoggedIn, SessionsService, SessionTokens } from './sessions-service.ts';

export type IdentityOperations = ReturnType<typeof identityOperations>;

type Parts = {
  readonly accounts: AccountsService;
  readonly sessions: SessionsService;
  readonly roles: RolesService;
  readonly emailConfirmation: EmailConfirmation;
  readonly ring: Pick<KeyRing, 'rotate'>;
};

const manager = roles(['manager']);
/** As the edge knows it; attempts are counted by it. */
const ClientAddress = Type.String();

/** The writes of identity. */
export function identityOperations(parts: Parts) {
  return {
    ...accountOperations(parts),
    ...emailOperations(parts.emailConfirmation),
    ...sessionOperations(parts.sessions),
  };
}

function accountOperations(parts: Parts) {
  return {
    signUp: defineOperation({
      ...NOT_QUEUED,
      operationId: 'signUp',
      input: closed({ ...SignUpBody.properties, clientAddress: ClientAddress }),
      access: anyone,
      idempotent: true,
      problems: ['email_taken'],
      run: ({ key }, { clientAddress: address, ...input }) =>
        parts.accounts.signUp({ ...input, address, key }),
      present: accountView,
    }),
    enrol: defineOperation({
      ...NOT_QUEUED,
      operationId: 'enrol',
      input: EnrolmentBody,
      access: member,
      idempotent: true,
      problems: ['enrolment_code_invalid', 'enrolment_code_used', 'role_revoked', 'account_not_found'],
      run: (context, input) =>
        parts.roles.enrol({ ...input, accountId: accountOf(context).accountId, key: context.key }),
      present: accountView,
    }),
    changeRole: defineOperation({
      ...NOT_QUEUED,
      operationId: 'changeRole',
      input: closed({ accountId: Id, ...RoleChangeBody.properties }),
      access: manager,
      idempotent: true,
      problems: ['account_not_found', 'own_manager_role'],
      run(context, { accountId, role, action = 'grant' }) {
        const managerId = accountOf(context).accountId;
        return parts.roles.change({ accountId, change: { role, action }, managerId, key: context.key });
      },
      present: accountView,
    }),
    rotateKeys: defineOperation({
      ...NOT_QUEUED,
      operationId: 'rotateKeys',
      input: Type.Null(),
      access: manager,
      idempotent: true,
      problems: ['rotation_limit_reached'],
      run: () => parts.ring.rotate(),
      savesResult: () => false,
      present: ({ kid, createdAt, signsFrom }) => ({
        kid,
        createdAt: new Date(createdAt).toISOString(),
        signsFrom: new Date(signsFrom).toISOString(),
      }),
    }),
  };
}

function emailOperations(emailConfirmation: EmailConfirmation) {
  return {
    requestEmailConfirmation: defineOperation({
      ...NOT_QUEUED,
      operationId: 'requestEmailConfirmation',
      input: Type.Null(),
      access: member,
      idempotent: true,
      problems: ['email_confirmed'],
      run: (context) => emailConfirmation.request(accountOf(context).accountId),
      savesResult: () => false,
      present: () => null,
    }),
    confirmEmail: defineOperation({
      ...NOT_QUEUED,
      operationId: 'confirmEmail',
      input: EmailConfirmationBody,
      // Who reads the mail may be signed in elsewhere.
      access: anyone,
      idempotent: true,
      problems: ['confirmation_invalid', 'confirmation_expired', 'confirmation_used'],
      run: (_context, { token }) => emailConfirmation.confirm(token),
      savesResult: () => false,
      present: ({ email }) => ({ email }),
    }),
  };
}

/** Their results hold tokens, which must not be stored: none takes an Idempotency-Key. */
function sessionOperations(sessions: SessionsService) {
  return {
    logIn: defineOperation({
      ...SESSION,
      operationId: 'logIn',
      input: closed({
        ...LogInBody.properties,
        clientAddress: ClientAddress,
        // What an earlier log-in left on the device, and the session that this one takes the place of there.
        deviceToken: ifGiven(Type.String()),
        replacedToken: ifGiven(Type.String()),
      }),
      access: anyone,
      problems: ['credentials_invalid'],
      async run(_context, { replacedToken, clientAddress: address, ...input }) {
        const outcome = await sessions.logIn({ ...input, address });
        if (outcome.ok && replacedToken !== undefined) await sessions.logOutBy(replacedToken);
        return outcome;
      },
      present: (tokens: LoggedIn) => sessionView(tokens),
    }),
    refreshSession: defineOperation({
      ...SESSION,
      operationId: 'refreshSession',
      input: RefreshBody,
      access: anyone,
      problems: ['refresh_token_invalid', 'refresh_token_reused', 'session_ended'],
      run: (_context, { refreshToken }) =>
        refreshToken === undefined ? refuse('refresh_token_invalid') : sessions.refresh(refreshToken),
      present: sessionView,
    }),
    logOut: defineOperation({
      ...SESSION,
      operationId: 'logOut',
      // In place of an access token that has ended.
      input: closed({ refreshToken: ifGiven(Type.String()) }),
      access: member,
      problems: [],
      async run({ account }, { refreshToken }) {
        const named = refreshToken === undefined ? undefined : sessions.sessionIdOf(refreshToken);
        if (account) await sessions.logOut(account.sessionId);
        else if (refreshToken !== undefined) await sessions.logOutBy(refreshToken);
        else return refuse('token_missing');
        // The refresh token of somebody who has signed in there since stays theirs.
        return ok({ endsRefreshToken: !account || (named ?? account.sessionId) === account.sessionId });
      },
      present: () => null,
    }),
  };
}

const NOT_QUEUED = { queueable: false, priority: 'normal' } as const;
const SESSION = { idempotent: false, queueable: false, priority: 'high' } as const;

function sessionView({ accountId, accessToken, expiresAt, refreshToken }: SessionTokens) {
  return { accessToken, expiresAt: new Date(expiresAt).toISOString(), refreshToken, accountId };
}
