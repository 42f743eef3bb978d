import { Fault } from '../../kernel/faults.ts';
import type { Database, Queryable } from './database.ts';
import { readMode } from './database-mode.ts';
import { clearSchema, lockAlone } from './fresh-schema.ts';
import { migrateLocked } from './migrate.ts';

/** Whom the demonstration, its crowds and the load scripts make; nobody owns these domains (RFC 2606). */
const MADE = String.raw`@(demo|crowd|load)\.example$`;

/**
 * Empties a database that was a demonstration, so that production can have it. All of it goes: whatever was done in a
 * demonstration was paid with points that cost nothing, under roles that anybody could take.
 * @param withPeople also where people made accounts of their own
 * @returns whether there was a demonstration
 * @throws Fault `production_database`, `demo_has_people`, `database_in_use`
 */
export function emptyDemo(database: Database, withPeople: boolean): Promise<boolean> {
  return database.transaction(async (tx) => {
    await lockAlone(tx);
    const mode = await readMode(tx);
    if (mode === undefined) return false;
    if (mode === 'production') {
      throw new Fault(
        'production_database',
        'This is the database of a production system: nothing was removed.',
      );
    }
    if (!withPeople) await assertNobodyOfTheirOwn(tx);
    await clearSchema(tx);
    await migrateLocked(tx);
    return true;
  });
}

async function assertNobodyOfTheirOwn(tx: Queryable): Promise<void> {
  const [own] = await tx.query<{ count: number }>('select count(*) as count from account where email !~ $1', [
    MADE,
  ]);
  if (own === undefined || own.count === 0) return;
  throw new Fault(
    'demo_has_people',
    `In this demonstration ${own.count} people made accounts of their own, which would go too: keep a backup if they ` +
      'matter ("npm run cli -- backup FILE"), then say "npm run cli -- demo remove --all".',
  );
}
