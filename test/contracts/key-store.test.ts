import { after, before } from 'node:test';
import type { Database } from '../../src/adapters/postgres/database.ts';
import { createKeyStore } from '../../src/adapters/postgres/identity/key-store.ts';
import { createMemoryKeyStore } from '../support/identity/memory-key-store.ts';
import { type OpenDatabase, openDatabase } from '../support/open-database.ts';
import { keyStoreContract } from './key-store.contract.ts';

let database: Database;
let close: OpenDatabase['close'];

before(async () => {
  ({ database, close } = await openDatabase());
});

after(() => close());

keyStoreContract('memory', (run) => run(createMemoryKeyStore()));
keyStoreContract('PostgreSQL', async (run) => {
  await database.query('truncate signing_key');
  await run(createKeyStore(database));
});
