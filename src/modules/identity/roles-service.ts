import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdempotentWrite } from '../../platform/http/idempotency.ts';
import type { IdentityLimits } from './limits.ts';
import type { EnrolledRole, RoleChange } from './model.ts';
import type { Account, AccountStore, RoleChangeOutcome } from './ports.ts';
import type { TokenEndings } from './token-endings.ts';

/** A role without a code is given by managers only. */
export type EnrolmentCodes = Readonly<Partial<Record<EnrolledRole, string | undefined>>>;

export type Enrolment = {
  readonly accountId: string;
  readonly role: EnrolledRole;
  readonly code: string;
  readonly idempotency?: IdempotentWrite<RoleChangeOutcome> | undefined;
};

export type RoleChangeByManager = {
  readonly managerId: string;
  readonly accountId: string;
  readonly change: RoleChange;
  readonly idempotency?: IdempotentWrite<RoleChangeOutcome> | undefined;
};

export type RolesService = {
  /** Gives a role to whoever knows its code. It counts from the next refresh of the session. */
  enrol(
    request: Enrolment,
  ): Promise<Result<Account, 'enrolment_code_invalid' | 'rate_limited' | 'account_not_found'>>;
  /** A role taken away ends the account's access tokens; one given counts from the next refresh. */
  change(request: RoleChangeByManager): Promise<Result<Account, 'own_manager_role' | 'account_not_found'>>;
};

export type RolesServiceDeps = {
  readonly accounts: AccountStore;
  readonly endings: TokenEndings;
  readonly limits: IdentityLimits;
  readonly codes: EnrolmentCodes;
  readonly clock: Clock;
};

export function createRolesService(deps: RolesServiceDeps): RolesService {
  const { accounts, endings, limits, codes } = deps;
  const now = () => deps.clock.now();
  return {
    async enrol({ accountId, role, code, idempotency }) {
      const allowed = limits.enrol(accountId);
      if (!allowed.ok) return allowed;
      if (!isSameCode(code, codes[role])) return refuse('enrolment_code_invalid');
      limits.enrolled(accountId);
      const outcome = await accounts.changeRole({
        accountId,
        change: { role, action: 'grant' },
        by: { accountId, how: 'enrolment' },
        now,
        ...(idempotency ? { idempotency } : {}),
      });
      return outcome ? ok(outcome.account) : refuse('account_not_found');
    },

    async change({ managerId, accountId, change, idempotency }) {
      if (accountId === managerId && change.role === 'manager' && change.action === 'revoke')
        return refuse('own_manager_role');
      const outcome = await accounts.changeRole({
        accountId,
        change,
        by: { accountId: managerId, how: 'manager' },
        now,
        ...(idempotency ? { idempotency } : {}),
      });
      if (!outcome) return refuse('account_not_found');
      if (outcome.tokensEndedAt !== undefined)
        endings.endAccountTokens({ accountId, at: outcome.tokensEndedAt });
      return ok(outcome.account);
    },
  };
}

/** Compares digests, which are of one length, so that time tells neither the length nor a prefix. */
function isSameCode(given: string, expected: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected ?? '')) && expected !== undefined && expected !== '';
}
