import { anyone, member, roles } from '../../platform/auth/access.ts';
import type { KeyRing } from '../../platform/auth/tokens/key-ring.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import type { AccountsService, SignUp } from './accounts-service.ts';
import { accountView } from './contract.ts';
import type { Enrolment, RoleChangeByManager, RolesService } from './roles-service.ts';

export type SignUpInput = Omit<SignUp, 'key'>;
export type EnrolInput = Pick<Enrolment, 'role' | 'code'>;
export type ChangeRoleInput = Pick<RoleChangeByManager, 'accountId' | 'change'>;

export type IdentityOperations = ReturnType<typeof identityOperations>;

const manager = roles(['manager']);

/** The writes of identity, but for those that answer with a token. */
export function identityOperations(parts: {
  readonly accounts: AccountsService;
  readonly roles: RolesService;
  readonly ring: Pick<KeyRing, 'rotate'>;
}) {
  return {
    signUp: defineOperation({
      kind: 'signUp',
      access: anyone,
      idempotent: true,
      problems: ['email_taken'],
      run: ({ input, key }: Operation<SignUpInput>) => parts.accounts.signUp({ ...input, key }),
      present: accountView,
    }),
    enrol: defineOperation({
      kind: 'enrol',
      access: member,
      idempotent: true,
      problems: ['enrolment_code_invalid', 'enrolment_code_used', 'role_revoked', 'account_not_found'],
      run(operation: Operation<EnrolInput>) {
        const { input, key } = operation;
        return parts.roles.enrol({ ...input, accountId: accountOf(operation).accountId, key });
      },
      present: accountView,
    }),
    changeRole: defineOperation({
      kind: 'changeRole',
      access: manager,
      idempotent: true,
      problems: ['account_not_found', 'own_manager_role'],
      run(operation: Operation<ChangeRoleInput>) {
        const { input, key } = operation;
        return parts.roles.change({ ...input, managerId: accountOf(operation).accountId, key });
      },
      present: accountView,
    }),
    rotateKeys: defineOperation({
      kind: 'rotateKeys',
      access: manager,
      idempotent: true,
      problems: ['rotation_limit_reached'],
      run: (_operation: Operation<null>) => parts.ring.rotate(),
      savesResult: () => false,
      present: ({ kid, createdAt, signsFrom }) => ({
        kid,
        createdAt: new Date(createdAt).toISOString(),
        signsFrom: new Date(signsFrom).toISOString(),
      }),
    }),
  };
}
