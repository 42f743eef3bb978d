import { after, before } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { createIdempotencyStore } from '../../src/adapters/postgres/idempotency/idempotency-store.ts';
import { createAccountStore } from '../../src/adapters/postgres/identity/account-store.ts';
import { createSessionStore } from '../../src/adapters/postgres/identity/session-store.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { DomainEvent } from '../../src/platform/events/event.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';
import { AT, accountStoreCases } from './identity-stores.accounts.ts';
import { sessionStoreCases } from './identity-stores.sessions.ts';

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase());
});

after(() => close());

const clock = createManualClock(AT);
const createAccounts = () => createAccountStore(database, { committed: () => undefined }, clock);

accountStoreCases(() => ({
  clock,
  store: createAccounts(),
  events: (accountId) =>
    database.query<Pick<DomainEvent, 'type' | 'data'>>(
      'select type, data from event where key = $1 order by position',
      [accountId],
    ),
  result: async (ref) => (await createIdempotencyStore(database).find([ref]))[0],
}));

sessionStoreCases(() => ({
  store: createSessionStore(database),
  accounts: createAccounts(),
  async holdRoleChange(accountId) {
    const client = await database.connect();
    await client.query('begin');
    await client.query('select 1 from account where id = $1 for update', [accountId]);
    await client.query(`update account set roles = '{member,seller}' where id = $1`, [accountId]);
    return async () => {
      await client.query('commit');
      client.release();
    };
  },
}));
