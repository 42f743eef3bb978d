import {
  type CommandResult,
  runSystemCommand,
  type SystemProcess,
  startSystemProcess,
} from '../../traffic/system-process.ts';

export type { SystemProcess as System } from '../../traffic/system-process.ts';

/** For tests in which one account stands for a crowd. */
const UNLIMITED = {
  ACCOUNT_WRITES_PER_SECOND: '1000000',
  ACCOUNT_WRITES_AT_ONCE: '1000000',
  ACCOUNT_READS_PER_SECOND: '1000000',
  ACCOUNT_REQUESTS_MAX: '1000000',
} as const;

export type SystemOptions = {
  readonly dataDir: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A fixed port lets clients keep their address over a restart; a free one by default. */
  readonly port?: number;
  /** For Node, such as what it loads before the program. */
  readonly nodeArguments?: readonly string[];
};

/** A configuration without the demonstration, with which a start takes a moment. */
export const PRODUCTION = {
  MODE: 'production',
  SECRET_KEY: 'a-secret-of-this-very-test-0123456789',
  ENROLMENT_CODE_SELLER: 'seller-code-of-this-test',
  ENROLMENT_CODE_MANAGER: 'manager-code-of-this-test',
  ENROLMENT_CODE_DRIVER: 'driver-code-of-this-test',
} as const;

/** The real system as a process of its own, with the settings of tests. @throws Error with its output if it does not start */
export function startSystem(options: SystemOptions): Promise<SystemProcess> {
  const { dataDir, environment = {}, port = 0, nodeArguments = [] } = options;
  const own = { PORT: String(port), DATA_DIR: dataDir, ...UNLIMITED };
  return startSystemProcess({ environment: { ...own, ...environment }, nodeArguments });
}

/** Runs a command of the system on a data directory to its end. */
export function runCommand(
  dataDir: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return runSystemCommand(words, { environment: { DATA_DIR: dataDir, ...environment } });
}

/** Somebody who can call the system, as `cli -- tokens` makes them. */
export type Person = { readonly accountId: string; readonly accessToken: string; readonly pass?: string };

/** Makes people, with passes where a performance is named. @throws Error with the reason when that fails */
export async function makePeople(
  dataDir: string,
  count: number,
  {
    performanceId,
    environment = {},
  }: { performanceId?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<readonly Person[]> {
  const words = ['tokens', '--count', String(count)];
  if (performanceId !== undefined) words.push('--performance', performanceId, '--passes');
  const { code, stdout, stderr } = await runCommand(dataDir, words, environment);
  if (code !== 0) throw new Error(`people could not be made: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Person);
}

/** The invariants of the system that its database breaks, by its own check. */
export async function brokenInvariants(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runCommand(dataDir, ['check'], environment);
  if (stdout === '') throw new Error(`the check ended with ${code}: ${stderr}`);
  const { invariants } = JSON.parse(stdout) as {
    invariants: { name: string; ok: boolean; detail: string }[];
  };
  const broken = invariants.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (broken.length === 0 && code !== 0) throw new Error(`the check found nothing and ended with ${code}`);
  return broken;
}
