import { createDatabase, type Database, type DatabaseOptions } from '../../src/adapters/postgres/database.ts';
import { acquireTestDatabase } from './postgres.ts';

export type OpenDatabase = {
  readonly database: Database;
  /** Closes and drops it. */
  close(): Promise<void>;
};

/** A database for the caller alone, with its pool. */
export async function openDatabase(options: Omit<DatabaseOptions, 'connection'> = {}): Promise<OpenDatabase> {
  const { connection, release } = await acquireTestDatabase();
  const database = createDatabase({ ...options, connection });
  return {
    database,
    async close() {
      await database.close();
      await release();
    },
  };
}
