import type { Database } from '../database.ts';
import { FEED } from './event-tail.ts';
import { resetProgress } from './progress-store.ts';

/** Where an export stands. */
export type ExportPlace = {
  readonly name: string;
  /** Everything up to here has left. */
  readonly position: number;
  /** Events of the record that have not left yet. */
  readonly behind: number;
  readonly savedAt: string;
  readonly failing: { readonly attempts: number; readonly error: string; readonly since: string } | null;
};

type PlaceRow = {
  name: string;
  position: number;
  behind: number;
  updated_at: Date;
  attempts: number;
  last_error: string | null;
  failing_since: Date | null;
};

/** Every export that ever began, whether it runs or not. */
export async function readExportPlaces(database: Database): Promise<readonly ExportPlace[]> {
  const rows = await database.query<PlaceRow>(
    `select name, position, updated_at, attempts, last_error, failing_since,
        (select coalesce(sum(size), 0) from event e where e.position > c.position)::bigint as behind
      from event_consumer c where name like 'export.%' and feed = $1 order by name`,
    [FEED],
  );
  return rows.map(({ name, position, behind, updated_at: savedAt, attempts, last_error, failing_since }) => ({
    name,
    position,
    behind,
    savedAt: savedAt.toISOString(),
    failing:
      attempts === 0
        ? null
        : { attempts, error: last_error ?? '', since: failing_since?.toISOString() ?? '' },
  }));
}

/** Lets an export begin at the first event again; one that runs notices when the next is saved. @returns whether there is such an export */
export async function restartExport(database: Database, name: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    const found = await tx.query('select 1 from event_consumer where name = $1', [name]);
    await resetProgress(tx, name);
    return found.length > 0;
  });
}
