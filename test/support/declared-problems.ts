/** Loaded before every test file: a problem that its route does not declare fails the test that met it. */
import { subscribe } from 'node:diagnostics_channel';
import { UNDECLARED_PROBLEM, type UndeclaredProblem } from '../../src/platform/http/declared-problems.ts';

export function failOnUndeclared(message: unknown): void {
  const { route, code } = message as UndeclaredProblem;
  throw new Error(`${route} answers ${code}, which it does not declare in config.problems`);
}

subscribe(UNDECLARED_PROBLEM, failOnUndeclared);
