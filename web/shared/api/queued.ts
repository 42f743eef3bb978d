import { ApiProblem, type ProblemBody } from './problem.ts';

/** What a write is answered with that waits in the server's queue. */
type Ticket = { readonly queuedRequestId: string; readonly pollAfterMs: number };

type Queued =
  | { readonly state: 'queued'; readonly pollAfterMs: number }
  | { readonly state: 'done'; readonly status: number; readonly body: unknown };

export function isTicket(status: number, body: unknown): body is Ticket {
  return status === 202 && typeof body === 'object' && body !== null && 'queuedRequestId' in body;
}

/**
 * Waits for the real answer of a write that waits. @param ask reads an address as the one who sent it
 * @throws ApiProblem where that is a refusal
 */
export async function realAnswer(
  ticket: Ticket,
  ask: (address: string) => Promise<Response>,
): Promise<unknown> {
  for (let { pollAfterMs } = ticket; ; ) {
    const pauseMs = pollAfterMs;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const response = await ask(`/v1/queued-requests/${ticket.queuedRequestId}`);
    const found = (await response.json()) as Queued;
    if (found.state === 'queued') ({ pollAfterMs } = found);
    else if (found.status < 400) return found.body;
    else throw new ApiProblem(found.body as ProblemBody);
  }
}
