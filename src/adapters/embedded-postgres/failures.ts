import { Fault } from '../../kernel/faults.ts';

export type FailureContext = {
  /** What was tried, as in "PostgreSQL did not start". */
  readonly what: string;
  readonly dataDir: string;
  /** File that holds the whole output, if there is one. */
  readonly logFile?: string;
  readonly cause?: unknown;
};

type Explanation = {
  readonly pattern: RegExp;
  readonly code: string;
  readonly explain: (match: RegExpExecArray, context: FailureContext) => string;
};

const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/,
    code: 'disk_full',
    explain: (_match, { dataDir }) =>
      `The disk that holds the data directory ${dataDir} is full: free some space there, or set DATA_DIR.`,
  },
  {
    pattern: /error while loading shared libraries: ([^:\s]+)|Library not loaded: (\S+)/,
    code: 'postgres_library_missing',
    explain: (match) =>
      `The embedded PostgreSQL lacks the system library ${match[1] ?? match[2]}: install it, ` +
      'or point DATABASE_URL at a PostgreSQL of yours.',
  },
  {
    pattern: /Read-only file system|EROFS/,
    code: 'data_directory_not_writable',
    explain: (_match, { dataDir }) =>
      `The data directory ${dataDir} lies on a read-only file system: set DATA_DIR to a place that can be written.`,
  },
  {
    pattern: /could not create (?:shared memory segment|semaphores)|could not map anonymous shared memory/,
    code: 'postgres_shared_memory',
    explain: () =>
      'PostgreSQL could not get shared memory or semaphores from the system: free memory or raise the limits of ' +
      'the container, or point DATABASE_URL at a PostgreSQL of yours.',
  },
  {
    pattern: /spawn\b.*\b(?:EPERM|EINVAL)|Operation not permitted/,
    code: 'postgres_account_refused',
    explain: () =>
      'This system does not let root run PostgreSQL as an unprivileged user: start as an ordinary user, ' +
      'or point DATABASE_URL at a PostgreSQL of yours.',
  },
  {
    pattern: /spawn\b.*\bENOENT/,
    code: 'postgres_binaries_unusable',
    explain: () =>
      'The embedded PostgreSQL cannot run on this system (it needs glibc, or macOS): ' +
      'point DATABASE_URL at a PostgreSQL of yours.',
  },
  {
    pattern: /spawn\b.*\bEACCES/,
    code: 'postgres_binaries_unusable',
    explain: () =>
      'The embedded PostgreSQL may not be executed here (file mode, or a file system mounted noexec): ' +
      'install the project elsewhere, or point DATABASE_URL at a PostgreSQL of yours.',
  },
];

/** Turns what a PostgreSQL program said into one line that tells the person what to do. */
export function explainFailure(output: string, context: FailureContext): Fault {
  const options = context.cause === undefined ? {} : { cause: context.cause };
  for (const { pattern, code, explain } of EXPLANATIONS) {
    const match = pattern.exec(output);
    if (match !== null) return new Fault(code, explain(match, context), options);
  }
  const log = context.logFile === undefined ? '' : ` The whole log is ${context.logFile}.`;
  const line = tellingLine(output);
  return new Fault('postgres_failed', `${context.what}${line === '' ? '.' : `: ${line}.`}${log}`, options);
}

/** The first line that says why, without time stamp and process number. */
function tellingLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const telling =
    lines.find((line) => /\b(?:PANIC|FATAL):/.test(line)) ??
    lines.find((line) => /\berror:/i.test(line)) ??
    lines.at(-1) ??
    '';
  return telling
    .replace(/^.*?\b(?:PANIC|FATAL|error):\s*/i, '')
    .replace(/\.$/, '')
    .trim();
}
