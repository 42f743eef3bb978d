import { isDeepStrictEqual } from 'node:util';

/** What sort of refusal a problem is, whatever carries it: platform/http gives each its status. */
export type ProblemKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable';

/** What a problem says, the same for every occurrence of it. */
export type ProblemText = {
  readonly title: string;
  /** One line that tells the person what to do. */
  readonly remedy: string;
  readonly retryAfterSeconds?: number;
};

/** What stands behind the code of a problem. */
export type ProblemDefinition = ProblemText & { readonly kind: ProblemKind };

export type ProblemCatalogue<C extends string = string> = Readonly<Record<C, ProblemDefinition>>;

const CODE_PATTERN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

function isOneLine(text: string): boolean {
  return text.trim() !== '' && !/[\r\n]/.test(text);
}

function faultOf(code: string, definition: ProblemText): string | undefined {
  const { title, remedy, retryAfterSeconds } = definition;
  if (!CODE_PATTERN.test(code)) return 'the code is not snake_case';
  if (!isOneLine(title)) return 'the title is not one line';
  if (!isOneLine(remedy)) return 'the remedy is not one line';
  if (retryAfterSeconds !== undefined && !(Number.isInteger(retryAfterSeconds) && retryAfterSeconds > 0)) {
    return 'retryAfterSeconds is not a positive whole number';
  }
  return undefined;
}

/** Throws where a code is not in snake_case, or title or remedy are not one line. */
export function checkProblems(catalogue: Readonly<Record<string, ProblemText>>): void {
  for (const [code, definition] of Object.entries(catalogue)) {
    const fault = faultOf(code, definition);
    if (fault !== undefined) throw new Error(`problem "${code}": ${fault}`);
  }
}

/** A catalogue of problems, checked. */
export function defineProblems<const C extends string>(
  catalogue: Record<C, ProblemDefinition>,
): ProblemCatalogue<C> {
  checkProblems(catalogue);
  return Object.freeze({ ...catalogue });
}

/** One catalogue out of many. Throws where a code is defined twice and not in the same way. */
export function mergeProblems<D extends ProblemText>(
  ...catalogues: readonly Readonly<Record<string, D>>[]
): Readonly<Record<string, D>> {
  const merged = new Map<string, D>();
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

/** Whether a refusal says nothing of the request, so that the same one may succeed a little later. */
export function isPassing(code: string, problems: ProblemCatalogue): boolean {
  const kind = problems[code]?.kind;
  return PLATFORM_PASSING.has(code) || kind === 'rate_limited' || kind === 'unavailable';
}

/** Those of the platform, which no module has in its catalogue. */
const PLATFORM_PASSING: ReadonlySet<string> = new Set([
  'rate_limited',
  'overloaded',
  'dependency_unavailable',
  'idempotency_key_in_use',
]);
