import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { IdentityLimits } from './limits.ts';
import { type Language, normalizeEmail, type Role } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { Account, AccountQuery, AccountStore } from './ports.ts';

export type SignUp = {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** Default ko. */
  readonly language?: Language | undefined;
  /** Where the request came from. */
  readonly address: string;
  readonly key?: IdempotencyRef | undefined;
};

export type ProvisionedAccount = {
  readonly email: string;
  readonly name: string;
  /** Without one nobody can log in by password. */
  readonly password?: string;
  readonly roles?: readonly Role[];
};

export type AccountsService = {
  signUp(request: SignUp): Promise<Result<Account, 'email_taken' | 'rate_limited'>>;
  find(id: string): Promise<Result<Account, 'account_not_found'>>;
  /** Those of the accounts that exist, in no order. */
  findAll(ids: readonly string[]): Promise<readonly Account[]>;
  findByEmail(email: string): Promise<Account | undefined>;
  /** Newest first. */
  list(query: AccountQuery): Promise<readonly Account[]>;
  /**
   * For demo data and load scripts: accounts of any role, without limits. Where an address is taken the
   * account that has it is returned as it is. Rejects on a fault of the store.
   */
  provision(batch: readonly ProvisionedAccount[]): Promise<readonly Account[]>;
};

export type AccountsServiceDeps = {
  readonly accounts: AccountStore;
  readonly passwords: Passwords;
  readonly limits: IdentityLimits;
  readonly clock: Clock;
  readonly ids: Ids;
};

export function createAccountsService(deps: AccountsServiceDeps): AccountsService {
  const { accounts, passwords, limits, clock, ids } = deps;

  const findByEmail = async (email: string) =>
    (await accounts.findCredentials(normalizeEmail(email)))?.account;

  async function createMissing(batch: readonly ProvisionedAccount[]): Promise<Account[]> {
    const rows = await Promise.all(
      batch.map(async ({ email, name, password, roles = ['member'] as const }) => ({
        id: ids.next(),
        email: normalizeEmail(email),
        name,
        roles,
        createdAt: clock.now(),
        ...(password === undefined ? {} : { passwordHash: await passwords.hash(password) }),
      })),
    );
    const created = await accounts.create(rows);
    return Promise.all(
      created.map(async (outcome, index) =>
        outcome.ok ? outcome.value : (await findByEmail(rows[index]!.email))!,
      ),
    );
  }

  return {
    async signUp({ email, password, name, language = 'ko', address, key }) {
      const allowed = limits.signUp(address);
      if (!allowed.ok) return allowed;
      // Hashed before anyone knows whether the address is free: both answers take the same time.
      const passwordHash = await passwords.hash(password);
      const account = {
        id: ids.next(),
        email: normalizeEmail(email),
        name: name.trim(),
        roles: ['member'] as const,
        language,
        createdAt: clock.now(),
        passwordHash,
      };
      const [created] = await accounts.create([key ? { ...account, saveTo: { ref: key } } : account]);
      return created!;
    },

    async find(id) {
      const account = await accounts.find(id);
      return account ? ok(account) : refuse('account_not_found');
    },

    findAll: (accountIds) => accounts.findAll(accountIds),

    findByEmail,

    list: (query) => accounts.list(query),

    async provision(batch) {
      // Anyone who has a password is looked for first: it is not hashed again at every start.
      const found = await Promise.all(
        batch.map(async ({ email, password }) => (password === undefined ? undefined : findByEmail(email))),
      );
      const missing = batch.filter((_, index) => !found[index]);
      const made = await createMissing(missing);
      return found.map((account) => account ?? made.shift()!);
    },
  };
}
