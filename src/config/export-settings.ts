import { isLoopback } from '../kernel/loopback.ts';
import { integer, oneOf, optionalText, type Settings, url, weaknessOf } from './settings.ts';

const MiB = 2 ** 20;

/** Where the events of the record go besides. */
export const exportSettings = {
  exportTo: oneOf(
    'EXPORT_TO',
    'auto',
    'Where every event is exported to: http, where EXPORT_URL names a platform; file, in EXPORT_DIR; or off. auto is http where there is an EXPORT_URL, file in the demonstration that npm start shows on the embedded PostgreSQL, else off.',
    ['auto', 'http', 'file', 'off'],
  ),
  exportUrl: url('EXPORT_URL', ['https', 'http'], 'Where batches of CloudEvents are sent to by POST.'),
  exportAuthorization: optionalText(
    'EXPORT_AUTHORIZATION',
    'The Authorization header of these requests, such as Bearer and a token.',
    { confidential: true },
  ),
  exportSecret: optionalText(
    'EXPORT_SECRET',
    'Signs these requests (Standard Webhooks, HMAC-SHA256); 24 characters or more.',
    { confidential: true },
  ),
  exportGzip: oneOf('EXPORT_GZIP', 'off', 'Whether these requests are compressed.', ['off', 'on']),
  exportTimeoutMs: integer(
    'EXPORT_TIMEOUT_MS',
    10_000,
    'How long the platform may take for a batch, before it is sent again.',
    { min: 100, max: 60_000 },
  ),
  exportBatchMax: integer('EXPORT_BATCH_MAX', 500, 'Events of a batch at most.', { min: 1, max: 2_000 }),
  exportRateMax: integer(
    'EXPORT_RATE_MAX',
    5_000,
    'Events a second at most, so that catching up delays nobody.',
    { min: 100, max: 1_000_000 },
  ),
  exportDir: optionalText('EXPORT_DIR', 'Folder of the files of the export; of one process on one machine.', {
    shownAs: 'export in DATA_DIR',
  }),
  exportFileBytes: integer(
    'EXPORT_FILE_BYTES',
    16 * MiB,
    'A file of the export that has reached this is followed by another; so is one of an earlier day.',
    { min: 1_024, max: 4_096 * MiB },
  ),
  exportFilesKept: integer(
    'EXPORT_FILES_KEPT',
    8,
    'Files of the export that are kept: older ones are removed, whether anyone has read them or not.',
    { min: 2, max: 1_000_000 },
  ),
} as const;

type ExportConfig = Settings<typeof exportSettings>;

/** Where events are exported to. @param withDemoData whether demo mode has its demonstration, as with `npm start` */
export function exportTarget(
  config: Pick<ExportConfig, 'exportTo' | 'exportUrl'> & {
    readonly mode: string;
    readonly databaseUrl: string | undefined;
  },
  withDemoData: boolean,
): 'http' | 'file' | 'off' {
  const { mode, databaseUrl, exportTo, exportUrl } = config;
  if (exportTo !== 'auto') return exportTo;
  if (exportUrl !== undefined) return 'http';
  // Processes that share a database need not share a folder.
  return mode === 'demo' && withDemoData && databaseUrl === undefined ? 'file' : 'off';
}

/** What does not fit together, in words. */
export function exportProblems(config: ExportConfig, mode: string): readonly string[] {
  const { exportTo, exportUrl, exportAuthorization, exportSecret } = config;
  const problems: string[] = [];
  if (exportTo === 'http' && exportUrl === undefined)
    problems.push('EXPORT_URL must be set where EXPORT_TO is http.');
  if (exportTo === 'file' && exportUrl !== undefined)
    problems.push('EXPORT_URL must not be set where EXPORT_TO is file.');
  const { username, password, protocol, hostname } = new URL(exportUrl ?? 'https://localhost');
  if (username !== '' || password !== '')
    problems.push('EXPORT_URL must not have a user or a password: set EXPORT_AUTHORIZATION.');
  const isOpen = mode === 'production' && protocol === 'http:' && !isLoopback(hostname);
  if (isOpen && exportAuthorization !== undefined)
    problems.push('EXPORT_AUTHORIZATION would be sent as it is: EXPORT_URL must begin with https://.');
  // What a header cannot hold would fail every request.
  if (exportAuthorization !== undefined && !/^[\x20-\x7e]+$/.test(exportAuthorization))
    problems.push('EXPORT_AUTHORIZATION must have ASCII characters only, and no line break.');
  const weakness =
    exportSecret === undefined ? undefined : weaknessOf(exportSecret, { lengthMin: 24, differentMin: 10 });
  if (weakness !== undefined) problems.push(`EXPORT_SECRET ${weakness}.`);
  return problems;
}
