import type { Clock } from '../../../kernel/clock.ts';
import { ok, type Result, refuse } from '../../../kernel/result.ts';
import type {
  Account,
  AccountQuery,
  AccountStore,
  Credentials,
  Language,
  NewAccount,
  Role,
  RoleChangeOutcome,
  RoleChangeRefusal,
  RoleChangeRequest,
} from '../../../modules/identity/index.ts';
import { applyRoleChange, identityEvents } from '../../../modules/identity/index.ts';
import { type DomainEvent, newEvent } from '../../../platform/events/event.ts';
import { type ResultRecord, resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';
import { LOCKS } from '../locks.ts';

type AccountRow = {
  id: string;
  email: string;
  name: string;
  password_hash: string | null;
  roles: Role[];
  revoked_roles: Role[];
  language: Language;
  email_confirmed_at: Date | null;
  created_at: Date;
};

const FIND = { name: 'find-account', text: 'select * from account where id = $1' };
const FIND_ALL = { name: 'find-accounts', text: 'select * from account where id = any ($1::uuid[])' };
const FIND_BY_EMAIL = {
  name: 'find-account-by-email',
  text: 'select * from account where lower(email) = $1',
};

/** `clock` tells when a change of roles is in force, from which on tokens name them. */
export function createAccountStore(
  database: Database,
  hint: CommitNotice,
  clock: Pick<Clock, 'now'>,
): AccountStore {
  return {
    async create(batch) {
      const outcomes = await database.transaction((tx) => createAll(tx, batch));
      hint.committed();
      return outcomes;
    },

    async find(id) {
      const [row] = await database.query<AccountRow>(FIND, [id]);
      return row && toAccount(row);
    },

    async findAll(ids) {
      return (await database.query<AccountRow>(FIND_ALL, [ids])).map(toAccount);
    },

    list: (query) => listAccounts(database, query),

    async findCredentials(email) {
      const [row] = await database.query<AccountRow>(FIND_BY_EMAIL, [email]);
      return row && toCredentials(row);
    },

    async hasManager() {
      return (await database.query(ANY_MANAGER)).length > 0;
    },

    async changeRole(request) {
      const outcome = await database.transaction((tx) => changeLocked(tx, clock, request));
      hint.committed();
      return outcome;
    },

    async replacePasswordHash(id, from, to) {
      await database.query('update account set password_hash = $3 where id = $1 and password_hash = $2', [
        id,
        from,
        to,
      ]);
    },

    async endingsSince(since, limit) {
      const rows = await database.query<{ id: string; tokens_valid_from: Date }>(
        `select id, tokens_valid_from from account where tokens_valid_from >= $1
         order by tokens_valid_from desc limit $2`,
        [new Date(since), limit],
      );
      return rows.map((row) => ({ accountId: row.id, at: row.tokens_valid_from.getTime() }));
    },
  };
}

const LIST = {
  name: 'list-accounts',
  text: `select * from account
    where ($1::text is null or strpos(lower(email), $1) > 0 or strpos(lower(normalize(name)), $1) > 0)
      and ($2::text is null or roles @> array[$2]) and ($3::uuid is null or id < $3)
    order by id desc limit $4`,
};

/** Looked for by reading, in the order of the primary key: managers do that now and then. */
async function listAccounts(database: Database, query: AccountQuery): Promise<readonly Account[]> {
  const { text, role, before, limit } = query;
  const values = [text?.normalize('NFC').toLowerCase() ?? null, role ?? null, before ?? null, limit];
  return (await database.query<AccountRow>(LIST, values)).map(toAccount);
}

const CREATE = {
  name: 'create-accounts',
  text: `insert into account (id, email, name, password_hash, roles, language, created_at)
    select id, email, name, "passwordHash", roles, coalesce(language, 'ko'), to_timestamp("createdAt" / 1000.0)
    from json_to_recordset($1::json) as
      r (id uuid, email text, name text, "passwordHash" text, roles text[], language text, "createdAt" float8)
    on conflict (lower(email)) do nothing returning id`,
};

async function createAll(
  tx: Queryable,
  batch: readonly NewAccount[],
): Promise<readonly Result<Account, 'email_taken'>[]> {
  const rows = batch.map(({ saveTo: _apart, ...row }) => row);
  const inserted = await tx.query<{ id: string }>(CREATE, [JSON.stringify(rows)]);
  const created = new Set(inserted.map((row) => row.id));
  const isCreated = (account: NewAccount) => created.has(account.id);
  await saveResults(tx, batch.filter(isCreated).flatMap(resultOf));
  await appendEvents(tx, batch.filter(isCreated).map(createdEvent));
  return batch.map((account) => (isCreated(account) ? ok(withoutSecrets(account)) : refuse('email_taken')));
}

function resultOf(account: NewAccount): ResultRecord[] {
  return account.saveTo ? [resultRecord(account.saveTo, withoutSecrets(account))] : [];
}

function withoutSecrets({ id, email, name, roles, language = 'ko', createdAt }: NewAccount): Account {
  return { id, email, name, roles, language, emailConfirmedAt: null, createdAt };
}

function createdEvent({ id, roles, createdAt }: NewAccount): DomainEvent {
  const data = { accountId: id, roles: [...roles] };
  return newEvent(identityEvents['account.created'], data, { occurredAt: createdAt });
}

const ANY_MANAGER = "select from account where roles @> '{manager}' limit 1";

/** Nobody else reads the roles for a new token until this commits: see session-store.ts. */
async function changeLocked(
  tx: Queryable,
  clock: Pick<Clock, 'now'>,
  request: RoleChangeRequest,
): Promise<Result<RoleChangeOutcome, RoleChangeRefusal>> {
  const { accountId, change, by, saveTo } = request;
  // Anyone who acts as a manager, or becomes one, waits for others who do: of two who revoke each other one remains.
  if (by.how === 'manager' || change.role === 'manager')
    await tx.query('select pg_advisory_xact_lock($1)', [LOCKS.managers]);
  const [row] = await tx.query<AccountRow>('select * from account where id = $1 for update', [accountId]);
  if (!row) return refuse('account_not_found');
  const roles = applyRoleChange(row.roles, change);
  const refusal = await refusalOf(tx, request, { row, changes: roles !== undefined });
  if (refusal) return refuse(refusal);
  // Asked under the lock: sessions are read under one that waits for it, so that no token issued later names the old roles.
  const at = clock.now();
  const account = { ...toAccount(row), roles: roles ?? row.roles };
  const isRevoked = roles !== undefined && change.action === 'revoke';
  const outcome = isRevoked ? { account, tokensEndedAt: at } : { account };
  if (roles) await tx.query(CHANGE, [accountId, roles, isRevoked ? new Date(at) : null, change.role]);
  if (saveTo) await saveResults(tx, [resultRecord(saveTo, account)]);
  if (roles) await appendEvents(tx, [changedEvent(request, roles, at)]);
  return ok(outcome);
}

const CHANGE = `update account set roles = $2, tokens_valid_from = coalesce($3::timestamptz, tokens_valid_from),
    revoked_roles = case when $3::timestamptz is null then array_remove(revoked_roles, $4)
      else array_append(array_remove(revoked_roles, $4), $4) end
  where id = $1`;

async function refusalOf(
  tx: Queryable,
  { change, by }: RoleChangeRequest,
  { row, changes }: { readonly row: AccountRow; readonly changes: boolean },
): Promise<RoleChangeRefusal | undefined> {
  if (by.how === 'manager') {
    const actor = await tx.query("select from account where id = $1 and roles @> '{manager}'", [
      by.accountId,
    ]);
    return actor.length === 0 ? 'role_required' : undefined;
  }
  if (by.how === 'first') {
    return (await tx.query(ANY_MANAGER)).length > 0 ? 'enrolment_code_invalid' : undefined;
  }
  if (by.how !== 'enrolment' || !changes) return undefined;
  if (row.revoked_roles.includes(change.role)) return 'role_revoked';
  if (!by.code) return undefined;
  const used = await tx.query(USE_CODE, [by.code.digest, by.code.usesMax]);
  return used.length === 0 ? 'enrolment_code_used' : undefined;
}

const USE_CODE = `insert into enrolment_code_use as u (digest, uses) values ($1, 1)
  on conflict (digest) do update set uses = u.uses + 1 where u.uses < $2 returning uses`;

function changedEvent(request: RoleChangeRequest, roles: readonly Role[], at: number): DomainEvent {
  const { accountId, change, by } = request;
  const data = { accountId, roles: [...roles], ...change, by: by.accountId, how: by.how };
  return newEvent(identityEvents['roles.changed'], data, { occurredAt: at });
}

function toAccount(row: AccountRow): Account {
  const { id, email, name, roles, language, created_at, email_confirmed_at } = row;
  const emailConfirmedAt = email_confirmed_at?.getTime() ?? null;
  return { id, email, name, roles, language, emailConfirmedAt, createdAt: created_at.getTime() };
}

function toCredentials(row: AccountRow): Credentials {
  const { password_hash } = row;
  return { account: toAccount(row), ...(password_hash === null ? {} : { passwordHash: password_hash }) };
}
