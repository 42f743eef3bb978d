import type { FastifyBaseLogger } from 'fastify';
import { type DestinationStream, destination, pino } from 'pino';
import { serializeError } from './serialize-error.ts';
import { formatLogLine } from './text-log.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export type LoggerOptions = {
  readonly level: LogLevel;
  /** JSON lines for machines, or text for a person at a terminal. */
  readonly format: 'json' | 'text';
  /** Where lines go; standard output by default. */
  readonly sink?: { write(line: string): void };
};

/** Names under which secrets travel: never written, no matter who logs the object that holds them. */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'gate-pass',
  'room-pass',
  'roomPass',
  'pass',
  'password',
  'passwordHash',
  'password_hash',
  'accessToken',
  'refreshToken',
  'token',
  'secret',
  'secretKey',
  'code',
  'privateKey',
];

/** `code` names an error or a problem nearly everywhere; only in a body it is an enrolment or ticket code. */
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => {
  const inBody = [`body["${name}"]`, `*.body["${name}"]`];
  return name === 'code'
    ? inBody
    : [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`, `headers["${name}"]`, ...inBody];
});

/**
 * The process's logger: one structured line per entry with time, level and what the caller bound to it.
 * Secrets are taken out by name; errors keep name, code, message, stack and cause, and nothing else, since
 * a driver puts rows and parameters on its errors.
 */
export function createLogger(options: LoggerOptions): FastifyBaseLogger {
  return pino(
    {
      level: options.level,
      base: { service: 'firstcome' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...new Set(SECRET_PATHS)], censor: '[secret]' },
      serializers: { err: serializeError, error: serializeError },
    },
    openSink(options),
  );
}

function openSink(options: LoggerOptions): DestinationStream {
  // Written in the background: a slow reader of the output must not hold up requests.
  const sink = options.sink ?? destination({ fd: 1, sync: false });
  if (options.format === 'json') return sink;
  return { write: (line) => sink.write(formatLogLine(line)) };
}
