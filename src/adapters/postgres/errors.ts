import { DeadlineFault, Fault, UnavailableFault } from '../../kernel/faults.ts';

/** Serialization failure, deadlock, lock not available: the same work may succeed when run again. */
const RETRYABLE = new Set(['40001', '40P01', '55P03']);

/** Connection refused, reset, or closed by the server: nothing is known of the statement's fate. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);

/** At `statement_timeout`; the driver has words only for a server that does not even say so. */
const QUERY_CANCELED = '57014';

/**
 * Says on the error itself whether a retry can help.
 * SQLSTATE classes: 08 connection, 53 insufficient resources, 57P operator intervention
 * (PostgreSQL documentation, appendix A).
 */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const code = sqlState(error);
  if (code === QUERY_CANCELED || cause.message === 'Query read timeout')
    return new DeadlineFault('a statement took longer than it may', { cause });
  if (isUnreachable(code, cause.message)) {
    return new UnavailableFault('postgres', `PostgreSQL cannot be used: ${messageOf(cause)}`, { cause });
  }
  return new Fault(code ? `postgres_${code.toLowerCase()}` : 'postgres_error', cause.message, {
    retryable: code !== undefined && RETRYABLE.has(code),
    cause,
  });
}

/** A host with several addresses fails with one error for each, and no words of its own. */
function messageOf(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return error.message || (first instanceof Error ? first.message : error.name);
}

/** The SQLSTATE or system error code that an error carries, also through a Fault. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof Fault) return sqlState(error.cause);
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** True for a unique violation, of the named constraint where one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false;
  const source = (error instanceof Fault ? error.cause : error) as { constraint?: string };
  return constraint === undefined || source.constraint === constraint;
}

function isUnreachable(code: string | undefined, message: string): boolean {
  if (code === undefined)
    return /connection (terminated|timeout)|timeout exceeded when trying to connect|not queryable/i.test(
      message,
    );
  return UNREACHABLE.has(code) || code.startsWith('08') || code.startsWith('57P') || code.startsWith('53');
}
