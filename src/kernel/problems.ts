import { isDeepStrictEqual } from 'node:util';

/** What stands behind the code of a problem (RFC 9457), the same for every occurrence of it. */
export type ProblemDefinition = {
  /** HTTP status, 400 to 599. */
  readonly status: number;
  readonly title: string;
  /** One line that tells the person what to do. */
  readonly remedy: string;
  readonly retryAfterSeconds?: number;
};

export type ProblemCatalogue<C extends string = string> = Readonly<Record<C, ProblemDefinition>>;

const CODE_PATTERN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

function isOneLine(text: string): boolean {
  return text.trim() !== '' && !/[\r\n]/.test(text);
}

function faultOf(code: string, definition: ProblemDefinition): string | undefined {
  const { status, title, remedy, retryAfterSeconds } = definition;
  if (!CODE_PATTERN.test(code)) return 'the code is not snake_case';
  if (!Number.isInteger(status) || status < 400 || status > 599)
    return `status ${status} is neither 4xx nor 5xx`;
  if (!isOneLine(title)) return 'the title is not one line';
  if (!isOneLine(remedy)) return 'the remedy is not one line';
  if (retryAfterSeconds !== undefined && !(Number.isInteger(retryAfterSeconds) && retryAfterSeconds > 0)) {
    return 'retryAfterSeconds is not a positive whole number';
  }
  return undefined;
}

/** A catalogue of problems, checked: codes in snake_case, statuses 4xx or 5xx, title and remedy of one line. */
export function defineProblems<const C extends string>(
  catalogue: Record<C, ProblemDefinition>,
): ProblemCatalogue<C> {
  for (const [code, definition] of Object.entries<ProblemDefinition>(catalogue)) {
    const fault = faultOf(code, definition);
    if (fault !== undefined) throw new Error(`problem "${code}": ${fault}`);
  }
  return Object.freeze({ ...catalogue });
}

/** One catalogue out of many. Throws where a code is defined twice and not in the same way. */
export function mergeProblems(...catalogues: readonly ProblemCatalogue[]): ProblemCatalogue {
  const merged = new Map<string, ProblemDefinition>();
  for (const catalogue of catalogues) {
    for (const [code, definition] of Object.entries(catalogue)) {
      const known = merged.get(code);
      if (known !== undefined && !isDeepStrictEqual(known, definition)) {
        throw new Error(`problem "${code}" is defined twice and differently`);
      }
      merged.set(code, definition);
    }
  }
  return Object.freeze(Object.fromEntries(merged));
}
