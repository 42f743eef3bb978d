import { sqlState } from '../adapters/postgres/errors.ts';
import type { Config } from '../config.ts';
import { Fault, UnavailableFault } from '../kernel/faults.ts';

const DISK_FULL = '53100';

/** What opening the database failed of, in one line that tells the person what to do. */
export function explainStorageFailure(
  error: unknown,
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
): unknown {
  if (!(error instanceof Fault)) return error;
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== undefined) return explainServer(error, placeOf(databaseUrl));
  if (sqlState(error) !== DISK_FULL) return error;
  const message = `The disk that holds the data directory ${dataDir} is full: free some space there, or set DATA_DIR.`;
  return new Fault('disk_full', message, { cause: error });
}

function explainServer(error: Fault, place: string): Fault {
  const state = sqlState(error) ?? '';
  const because = (error.cause instanceof Error ? error.cause.message : '') || error.message;
  const explain = (code: string, what: string) =>
    new Fault(code, `The PostgreSQL of DATABASE_URL (${place}) ${what}.`, { cause: error });
  if (state === DISK_FULL) return explain('disk_full', 'has no disk space left: free some there');
  if (state.startsWith('28')) return explain('database_refused', `refuses the user: ${because}`);
  if (state === '3D000') return explain('database_missing', `lacks the database: ${because}; create it`);
  if (error instanceof UnavailableFault)
    return explain('database_unreachable', `does not answer (${because}): start it, or correct DATABASE_URL`);
  return state === '' ? error : explain('database_failed', `says: ${because}`);
}

/** Without user and password. */
function placeOf(databaseUrl: string): string {
  const { host, pathname, searchParams } = new URL(databaseUrl.replace('@/', '@localhost/'));
  return `${searchParams.get('host') ?? host}${pathname}`;
}
