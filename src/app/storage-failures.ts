import { SCHEMA } from '../adapters/postgres/database.ts';
import { sqlState } from '../adapters/postgres/errors.ts';
import type { Config } from '../config/config.ts';
import { Fault, UnavailableFault } from '../kernel/faults.ts';

const DISK_FULL = '53100';

/** What opening the database failed of, in one line that tells the person what to do. */
export function explainStorageFailure(
  error: unknown,
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
): unknown {
  if (!(error instanceof Fault)) return error;
  const { databaseUrl, dataDir } = config;
  if (error.code === 'database_outdated') return explainOutdated(error, config);
  if (databaseUrl !== undefined) return explainServer(error, placeOf(databaseUrl));
  if (sqlState(error) !== DISK_FULL) return error;
  const message = `The disk that holds the data directory ${dataDir} is full: free some space there, or set DATA_DIR.`;
  return new Fault('disk_full', message, { cause: error });
}

function explainOutdated(
  { code, cause }: Fault,
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
): Fault {
  const [what, remedy] =
    databaseUrl === undefined
      ? [`data directory ${dataDir}`, 'remove it']
      : [`database of DATABASE_URL (${placeOf(databaseUrl)})`, 'empty it, or name another'];
  const backup = 'or put a backup of this version in its place: "npm run cli -- restore FILE --replace"';
  return new Fault(
    code,
    `The ${what} was made by an unreleased version with another schema: ${remedy}, ${backup}.`,
    { cause },
  );
}

/** SQLSTATEs of PostgreSQL's appendix A, and what a person does about them. */
const REMEDIES: Readonly<Record<string, readonly [code: string, what: string, remedy: string]>> = {
  '3D000': ['database_missing', 'lacks the database', 'create it'],
  '42501': [
    'database_rights',
    'denies a right',
    `let the owner of the tables say "grant usage, create on schema ${SCHEMA} to USER", or be the one who starts this`,
  ],
  '25006': ['database_read_only', 'only lets itself be read (a standby?)', 'name the primary'],
};

const WRONG_PASSWORD =
  'correct user and password; in DATABASE_URL characters such as @ : / ? # % are percent-encoded (%40 for @)';

/** What the driver and PostgreSQL say of encryption, and which sslmode helps. */
const ENCRYPTION: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/no encryption|SSL off|requires? SSL/i, 'add sslmode=verify-full to DATABASE_URL'],
  [/does not support SSL/i, 'take sslmode out of DATABASE_URL, or set it to disable'],
  [
    /certificate|altname/i,
    'name the authority that signed it by sslrootcert=FILE in DATABASE_URL, or believe any by sslmode=no-verify',
  ],
];

function explainServer(error: Fault, place: string): Fault {
  const state = sqlState(error) ?? '';
  const because = (error.cause instanceof Error ? error.cause.message : '') || error.message;
  const explain = (code: string, what: string) =>
    new Fault(code, `The PostgreSQL of DATABASE_URL (${place}) ${what}.`, { cause: error });
  if (state === DISK_FULL) return explain('disk_full', 'has no disk space left: free some there');
  const remedy = ENCRYPTION.find(([said]) => said.test(because))?.[1];
  if (remedy !== undefined)
    return explain('database_encryption', `cannot be spoken to (${because}): ${remedy}`);
  if (state === '28P01')
    return explain('database_refused', `refuses the user (${because}): ${WRONG_PASSWORD}`);
  if (state.startsWith('28')) return explain('database_refused', `refuses the user: ${because}`);
  if (REMEDIES[state]) {
    const [code, what, todo] = REMEDIES[state];
    return explain(code, `${what} (${because}): ${todo}`);
  }
  if (error instanceof UnavailableFault)
    return explain('database_unreachable', `does not answer (${because}): start it, or correct DATABASE_URL`);
  return state === '' ? error : explain('database_failed', `says: ${because}`);
}

/** Without user and password. */
function placeOf(databaseUrl: string): string {
  const { host, pathname, searchParams } = new URL(databaseUrl.replace('@/', '@localhost/'));
  return `${searchParams.get('host') ?? host}${pathname}`;
}
