import { Fault } from '../../kernel/faults.ts';

const LENGTH_MAX = 500;

const CAUSE_LENGTH_MAX = 200;
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** What went wrong, without the ids and figures that differ from event to event: errors are grouped by it. */
export function causeOf(error: unknown): string {
  const code = error instanceof Fault ? `${error.code}: ` : '';
  const text = describeError(error).replace(/^[A-Za-z]*Fault: /, '');
  const cause = code + text.replaceAll(ID, '<id>').replaceAll(/\d+(?:\.\d+)?/g, '<n>');
  return cause.slice(0, CAUSE_LENGTH_MAX).toWellFormed();
}

/** An error in one line for the people who run the system; stack traces go to the log. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  // Also what PostgreSQL keeps in no text.
  const line = text.replaceAll(/[\s\0]+/g, ' ').trim();
  return (line.length > LENGTH_MAX ? `${line.slice(0, LENGTH_MAX - 1)}…` : line).toWellFormed();
}
