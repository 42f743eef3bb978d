import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { IdentityLimits } from './limits.ts';
import type { EnrolledRole, RoleChange } from './model.ts';
import type { Account, AccountStore, RoleChangeRefusal, RoleChanger } from './ports.ts';
import type { TokenEndings } from './token-endings.ts';

/** A role without a code is given by managers only. */
export type EnrolmentCodes = Readonly<Partial<Record<EnrolledRole, string | undefined>>>;

export type Enrolment = {
  readonly accountId: string;
  readonly role: EnrolledRole;
  readonly code: string;
  readonly key?: IdempotencyRef | undefined;
};

export type RoleChangeByManager = {
  readonly managerId: string;
  readonly accountId: string;
  readonly change: RoleChange;
  readonly key?: IdempotencyRef | undefined;
};

export type RolesService = {
  /** Gives a role to the one who knows its code. It counts from the next refresh of the session. */
  enrol(
    request: Enrolment,
  ): Promise<Result<Account, RoleChangeRefusal | 'enrolment_code_invalid' | 'rate_limited'>>;
  /** A role taken away ends the account's access tokens; one given counts from the next refresh. */
  change(request: RoleChangeByManager): Promise<Result<Account, RoleChangeRefusal | 'own_manager_role'>>;
  /** Makes an account a manager's by the right of the one who has the machine. */
  appoint(accountId: string): Promise<Result<Account, RoleChangeRefusal>>;
  /**
   * A code that makes the first manager: good once, for 15 minutes, in this process, and only while there is none.
   * @returns undefined where there is a manager
   */
  offerFirst(): Promise<string | undefined>;
};

export type RolesServiceDeps = {
  readonly accounts: AccountStore;
  readonly endings: TokenEndings;
  readonly limits: IdentityLimits;
  readonly codes: EnrolmentCodes;
  /** How often a code gives its role; undefined: any number of times. */
  readonly codeUsesMax: number | undefined;
  /** What the uses of codes are counted by. */
  readonly codeKey: Buffer;
  readonly clock: Clock;
  readonly random: Random;
};

const FIRST_CODE_MS = 15 * 60_000;
const FIRST_CODE_BYTES = 15;

export function createRolesService(deps: RolesServiceDeps): RolesService {
  const { accounts, endings, limits, codes } = deps;
  const now = () => deps.clock.now();
  let first: { readonly code: string; readonly until: number } | undefined;

  const rightOf = ({ accountId, role, code }: Enrolment): RoleChanger | undefined => {
    if (role === 'manager' && first && now() < first.until && isSameCode(code, first.code))
      return { how: 'first', accountId };
    if (!isSameCode(code, codes[role])) return undefined;
    if (deps.codeUsesMax === undefined) return { how: 'enrolment', accountId };
    const digest = createHmac('sha256', deps.codeKey).update(`${role}\0${code}`).digest();
    return { how: 'enrolment', accountId, code: { digest, usesMax: deps.codeUsesMax } };
  };

  return {
    async enrol(request) {
      const { accountId, role, key } = request;
      const allowed = limits.enrol(accountId);
      if (!allowed.ok) return allowed;
      const by = rightOf(request);
      if (!by) return refuse('enrolment_code_invalid');
      limits.enrolled(accountId);
      const outcome = await accounts.changeRole({
        accountId,
        change: { role, action: 'grant' },
        by,
        saveTo: key && { ref: key },
      });
      if (!outcome.ok) return outcome;
      if (by.how === 'first') first = undefined;
      return ok(outcome.value.account);
    },

    async change({ managerId, accountId, change, key }) {
      if (accountId === managerId && change.role === 'manager' && change.action === 'revoke')
        return refuse('own_manager_role');
      const outcome = await accounts.changeRole({
        accountId,
        change,
        by: { accountId: managerId, how: 'manager' },
        saveTo: key && { ref: key },
      });
      if (!outcome.ok) return outcome;
      const { account, tokensEndedAt } = outcome.value;
      if (tokensEndedAt !== undefined) endings.endAccountTokens({ accountId, at: tokensEndedAt });
      return ok(account);
    },

    async appoint(accountId) {
      const outcome = await accounts.changeRole({
        accountId,
        change: { role: 'manager', action: 'grant' },
        by: { accountId, how: 'command' },
      });
      return outcome.ok ? ok(outcome.value.account) : outcome;
    },

    async offerFirst() {
      if (await accounts.hasManager()) return undefined;
      const code = Buffer.from(deps.random.bytes(FIRST_CODE_BYTES)).toString('base64url');
      first = { code, until: now() + FIRST_CODE_MS };
      return code;
    },
  };
}

/** Compares digests, which are of one length, so that time tells neither the length nor a prefix. */
function isSameCode(given: string, expected: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected ?? '')) && expected !== undefined && expected !== '';
}
