import { exportProblems, exportSettings } from './export-settings.ts';
import { feedProblems, feedSettings } from './feed-settings.ts';
import { codeProblems, identitySettings } from './identity-settings.ts';
import { limitSettings } from './limit-settings.ts';
import { mailProblems, mailSettings } from './mail-settings.ts';
import { paymentSettings } from './payment-settings.ts';
import { redisProblems, redisSettings } from './redis-settings.ts';
import { roleProblems, roleSettings } from './role-settings.ts';
import {
  addressList,
  integer,
  isSecret,
  list,
  oneOf,
  optionalText,
  readSettings,
  type Settings,
  text,
  url,
  weaknessOf,
} from './settings.ts';
import { stompProblems, stompSettings } from './stomp-settings.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Known to everyone who reads this file: good for a demonstration, refused in production. */
const DEMO_SECRET = 'demo-secret-do-not-use-in-production';

/** Every environment variable. docs/config.md is printed from this table, and a test holds it to it. */
export const settingTable = {
  mode: oneOf('MODE', 'demo', 'Demo data and demo secrets, or neither.', ['demo', 'production']),
  host: text('HOST', '127.0.0.1', 'Address to listen on.'),
  port: integer('PORT', 8080, 'Port to listen on; 0 takes a free one.', { min: 0, max: 65_535 }),
  ...stompSettings,
  dataDir: text('DATA_DIR', '.data', 'Where the embedded PostgreSQL keeps its data.'),
  databaseUrl: url(
    'DATABASE_URL',
    ['postgres', 'postgresql'],
    'Your own PostgreSQL instead of the embedded one.',
  ),
  databaseConnectionsMax: integer('DATABASE_CONNECTIONS_MAX', 20, 'Connections to PostgreSQL at most.', {
    min: 4,
    max: 500,
  }),
  databaseDeadlineMs: integer(
    'DATABASE_DEADLINE_MS',
    8_000,
    'How long a statement may take; a request that needs more, or waits longer for a connection, is answered 503.',
    { min: 100, max: 10 * MINUTE },
  ),
  logLevel: oneOf('LOG_LEVEL', 'info', 'What is logged; debug has a line for every request.', [
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  ]),
  logFormat: oneOf(
    'LOG_FORMAT',
    'auto',
    'auto writes lines for people on a terminal, JSON elsewhere; with json standard output has nothing but JSON.',
    ['auto', 'json', 'text'],
  ),
  logSlowRequestMs: integer(
    'LOG_SLOW_REQUEST_MS',
    SECOND,
    'Requests that take longer are logged at info, those that fail with 5xx at warn; 100 lines a second at most.',
    { min: 0, max: DAY },
  ),
  secretKey: text(
    'SECRET_KEY',
    DEMO_SECRET,
    'Seals the signing keys; 32 characters or more, 10 of them different.',
    {
      secret: true,
      shownAs: 'a demo secret',
    },
  ),
  metricsToken: optionalText(
    'METRICS_TOKEN',
    'Lets others than this machine read /metrics, as a bearer token of 16 characters or more. Without it nobody can where TRUST_PROXY is set or HOST is not the loopback.',
    { shownAs: 'this machine only' },
  ),
  trustProxy: addressList(
    'TRUST_PROXY',
    'Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, or loopback.',
  ),
  httpsOnlyMs: integer(
    'HTTPS_ONLY_MS',
    0,
    'How long browsers are to insist on HTTPS (Strict-Transport-Security, subdomains included); sent on every answer, by HTTP too; 0: they are not told.',
    { min: 0, max: 730 * DAY },
  ),
  corsOrigins: list('CORS_ORIGINS', [], 'Origins of other sites whose pages may call the API.'),
  ...roleSettings,
  ...identitySettings,
  ...limitSettings,
  ...feedSettings,
  ...exportSettings,
  ...redisSettings,
  holdStrategy: oneOf(
    'HOLD_STRATEGY',
    'batch',
    'How seats are held; broken is for experiments and refused in production.',
    [
      'batch',
      'optimistic',
      'pessimistic',
      'serializable',
      'redis-lock',
      'redis-script',
      'bulk',
      'message',
      'broken',
    ],
  ),
  holdBulkWindowMs: integer(
    'HOLD_BULK_WINDOW_MS',
    100,
    'How long holds are gathered where HOLD_STRATEGY is bulk.',
    { min: 1, max: 10 * SECOND },
  ),
  holdQueueMax: integer('HOLD_QUEUE_MAX', 32_768, 'Holds that may wait; more are answered 503.', {
    min: 1,
    max: 1_000_000,
  }),
  holdTtlMs: integer('HOLD_TTL_MS', 5 * MINUTE, 'How long a hold lasts, for performances that do not say.', {
    min: SECOND,
    max: DAY,
  }),
  roomRatePerSecond: integer('ROOM_RATE_PER_SECOND', 100, 'Admissions a second of a new room.', {
    min: 0,
    max: 100_000,
  }),
  roomConcurrency: integer('ROOM_CONCURRENCY', 1_000, 'Active passes at once of a new room.', {
    min: 0,
    max: 1_000_000,
  }),
  passTtlMs: integer('PASS_TTL_MS', 10 * MINUTE, 'How long a pass lasts unless renewed.', {
    min: SECOND,
    max: DAY,
  }),
  passAgeMaxMs: integer('PASS_AGE_MAX_MS', 30 * MINUTE, 'How long a pass can be renewed at most.', {
    min: SECOND,
    max: DAY,
  }),
  silentAfterMs: integer('SILENT_AFTER_MS', 90 * SECOND, 'Silence after which a waiter is passed over.', {
    min: SECOND,
    max: DAY,
  }),
  passPickupMs: integer(
    'PASS_PICKUP_MS',
    90 * SECOND,
    'An admission that nobody has fetched by then frees its slot.',
    { min: SECOND, max: DAY },
  ),
  graceMs: integer(
    'GRACE_MS',
    30 * MINUTE,
    'Time in which someone passed over gets the place back, in a new room; it runs while people are admitted.',
    { min: SECOND, max: DAY },
  ),
  ...paymentSettings,
  ...mailSettings,
} as const;

export type Config = Settings<typeof settingTable>;

/** A configuration that cannot be used; each line says what to change. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads the environment.
 * @throws ConfigError that names every problem at once
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const { settings, errors } = readSettings(settingTable, environment);
  const config = settings.mode === 'production' ? withoutDemoSecrets(settings, environment) : settings;
  const problems = [
    ...errors,
    ...productionProblems(config),
    ...metricsTokenProblems(config),
    ...feedProblems(config, config.mode),
    ...exportProblems(config, config.mode),
    ...mailProblems(config, config.mode),
    ...roleProblems(config, config.mode),
    ...redisProblems(config, config.mode),
    ...stompProblems(config, config.mode),
  ];
  if (config.passAgeMaxMs < config.passTtlMs)
    problems.push('PASS_AGE_MAX_MS must not be less than PASS_TTL_MS.');
  if (config.paymentProvider === 'toss' && config.tossSecretKey === undefined)
    problems.push('TOSS_SECRET_KEY must be set where PAYMENT_PROVIDER is toss.');
  if (settings.chargeAmountMin > settings.chargeAmountMax)
    problems.push('CHARGE_AMOUNT_MIN must not be more than CHARGE_AMOUNT_MAX.');
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** What has a value for demonstrations alone is not there in production, unless it was given. */
function withoutDemoSecrets(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const isGiven = (env: string) => (environment[env] ?? '') !== '';
  const absent = Object.entries(settingTable)
    .filter(([, setting]) => 'demoOnly' in setting && setting.demoOnly && !isGiven(setting.env))
    .map(([name]) => [name, undefined]);
  const without = Object.fromEntries(absent) as Partial<Config>;
  return { ...config, ...without };
}

function productionProblems(config: Config): readonly string[] {
  if (config.mode !== 'production') return [];
  const isPublic = Object.entries(settingTable)
    .filter(
      ([name, setting]) =>
        isSecret(setting) &&
        setting.fallback !== undefined &&
        config[name as keyof Config] === setting.fallback,
    )
    .map(([, setting]) => `${setting.env} must be set in production: its default is public.`);
  const problems = [...isPublic, ...codeProblems(config)];
  const weakness = weaknessOf(config.secretKey, { lengthMin: 32, differentMin: 10 });
  if (weakness !== undefined) problems.push(`SECRET_KEY ${weakness}.`);
  if (config.holdStrategy === 'broken')
    problems.push('HOLD_STRATEGY broken sells seats twice: it is refused in production.');
  if (config.paymentProvider === 'simulated')
    problems.push('PAYMENT_PROVIDER simulated takes no money: it is refused in production.');
  return problems;
}

function metricsTokenProblems({ metricsToken }: Config): readonly string[] {
  const weakness =
    metricsToken === undefined ? undefined : weaknessOf(metricsToken, { lengthMin: 16, differentMin: 8 });
  return weakness === undefined ? [] : [`METRICS_TOKEN ${weakness}.`];
}
