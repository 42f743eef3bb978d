import { type EmailConfirmations, identityEvents } from '../../../modules/identity/index.ts';
import { newEvent } from '../../../platform/events/event.ts';
import type { Database } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';

const LOCK_UNCONFIRMED = 'select from account where id = $1 and email_confirmed_at is null for no key update';
const CONFIRM =
  'update account set email_confirmed_at = $2 where id = $1 and email_confirmed_at is null returning id';

/** Each under the lock of the account: of many who confirm at once one does. */
export function createEmailConfirmations(database: Database, hint: CommitNotice): EmailConfirmations {
  const changed = async (
    type: 'email.confirmation-requested' | 'email.confirmed',
    accountId: string,
    change: { readonly statement: string; readonly values: readonly unknown[]; readonly at: number },
  ): Promise<boolean> => {
    const isChanged = await database.transaction(async (tx) => {
      const rows = await tx.query(change.statement, change.values);
      if (rows.length === 0) return false;
      await appendEvents(tx, [newEvent(identityEvents[type], { accountId }, { occurredAt: change.at })]);
      return true;
    });
    if (isChanged) hint.committed();
    return isChanged;
  };
  return {
    request: (accountId, at) =>
      changed('email.confirmation-requested', accountId, {
        statement: LOCK_UNCONFIRMED,
        values: [accountId],
        at,
      }),
    confirm: (accountId, at) =>
      changed('email.confirmed', accountId, {
        statement: CONFIRM,
        values: [accountId, new Date(at)],
        at,
      }),
  };
}
