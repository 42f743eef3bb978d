import { after, before } from 'node:test';
import { createDatabase, type Database } from '../../src/adapters/postgres/database.ts';
import { createKeyStore } from '../../src/adapters/postgres/key-store.ts';
import { createMemoryKeyStore } from '../support/identity/memory-key-store.ts';
import { acquireTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { keyStoreContract } from './key-store.contract.ts';

let testDatabase: TestDatabase;
let database: Database;

before(async () => {
  testDatabase = await acquireTestDatabase();
  database = createDatabase({ connection: testDatabase.connection });
});

after(async () => {
  await database.close();
  await testDatabase.release();
});

keyStoreContract('memory', (run) => run(createMemoryKeyStore()));
keyStoreContract('PostgreSQL', async (run) => {
  await database.query('truncate signing_key');
  await run(createKeyStore(database));
});
