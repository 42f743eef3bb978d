import { serverClock } from '../time/server-clock.ts';
import { ApiProblem, type ProblemBody, Unreachable } from './problem.ts';

/**
 * One request to the API, which may only be on this very origin.
 * @returns the successful answer
 * @throws ApiProblem on any other answer, Unreachable without one
 */
export async function send(path: string, init: RequestInit): Promise<Response> {
  const sentAt = Date.now();
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', redirect: 'error' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
  serverClock.observe(response.headers, sentAt, Date.now());
  if (response.ok) return response;
  throw new ApiProblem(await readProblem(response), retryAfterOf(response.headers));
}

async function readProblem(response: Response): Promise<ProblemBody> {
  const unknown = { code: 'unexpected', title: response.statusText, status: response.status };
  try {
    const body = (await response.json()) as Partial<ProblemBody>;
    return { ...unknown, ...body };
  } catch {
    return unknown;
  }
}

function retryAfterOf(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
