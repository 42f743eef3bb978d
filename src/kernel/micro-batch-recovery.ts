import type { Clock } from './clock.ts';
import { DeadlineFault, Fault, isRetryable } from './faults.ts';
import type { Batch } from './micro-batch-queue.ts';

/** Runs some requests together and answers each at its index. */
export type RunBatch<Q, A> = (batch: readonly Q[]) => Promise<readonly A[]>;

export type RecoveryOptions<Q, A> = {
  readonly name: string;
  readonly run: RunBatch<Q, A>;
  readonly retry: { readonly attempts: number; readonly delayMs: number };
  readonly clock: Clock;
};

/** An attempt that failed, and when it began. */
export type Failure = { readonly error: unknown; readonly sinceMs: number };

/** What failed slowly is not tried again: anyone who waits has waited long enough. */
const RETRY_WITHIN_MS = 1_000;

type Attempt<A> = { readonly answers: readonly A[] } | { readonly error: unknown };

/** The batch was run, but its answers cannot be told apart: it may have had its effect. */
class MismatchFault extends Fault {
  constructor(name: string, answered: number, asked: number) {
    super('batch_answers_mismatched', `${name} gave ${answered} answers to ${asked} requests`);
  }
}

/** Runs the requests once. Rejects with what `run` throws, or if it does not answer each request. */
export async function runOnce<Q, A>(
  options: RecoveryOptions<Q, A>,
  requests: readonly Q[],
): Promise<readonly A[]> {
  const answers = await options.run(requests);
  if (answers?.length !== requests.length) {
    throw new MismatchFault(options.name, answers?.length ?? 0, requests.length);
  }
  return answers;
}

/**
 * Sees to it that every request of a batch that failed gets an answer or an error. A retryable
 * fault is tried again; any other splits the batch in halves until the poisoned request stands alone, which
 * costs 2·log2(n) runs for one of n, and 2·n at worst. Never rejects.
 */
export async function recover<Q, A>(
  options: RecoveryOptions<Q, A>,
  batch: Batch<Q, A>,
  failure: Failure,
): Promise<'retried' | 'split' | 'failed'> {
  const size = batch.requests.length;
  const whole = await runAgain(options, batch.requests, failure);
  if ('answers' in whole) {
    resolveFrom(batch, 0, whole.answers);
    return 'retried';
  }
  if (size === 1 || !isDivisible(whole.error)) {
    rejectRange(batch, 0, size, whole.error);
    return 'failed';
  }
  await divide(options, batch);
  return 'split';
}

/** Runs the requests again as long as the last fault is retryable, attempts remain and it is not too late. */
async function runAgain<Q, A>(
  options: RecoveryOptions<Q, A>,
  requests: readonly Q[],
  failure: Failure,
): Promise<Attempt<A>> {
  const { attempts, delayMs } = options.retry;
  let { error } = failure;
  const untilMs = failure.sinceMs + RETRY_WITHIN_MS;
  const mayTry = () => isRetryable(error) && options.clock.now() < untilMs;
  for (let attempt = 0; attempt < attempts && mayTry(); attempt++) {
    await new Promise<void>((resolve) => {
      options.clock.after(delayMs, resolve);
    });
    try {
      return { answers: await runOnce(options, requests) };
    } catch (caught) {
      error = caught;
    }
  }
  return { error };
}

/** Runs the halves of the batch one after the other, in order, and halves again those that fail. */
async function divide<Q, A>(options: RecoveryOptions<Q, A>, batch: Batch<Q, A>): Promise<void> {
  const size = batch.requests.length;
  const ends = [size, Math.ceil(size / 2)];
  let from = 0;
  for (let to = ends.pop(); to !== undefined; to = ends.pop()) {
    const part = batch.requests.slice(from, to);
    const attempt = await runPart(options, part);
    if ('answers' in attempt) {
      resolveFrom(batch, from, attempt.answers);
    } else if (isHopeless(attempt.error)) {
      rejectRange(batch, from, size, attempt.error);
      return;
    } else if (part.length > 1 && isDivisible(attempt.error)) {
      ends.push(to, from + Math.ceil(part.length / 2));
      continue;
    } else {
      rejectRange(batch, from, to, attempt.error);
    }
    from = to;
  }
}

async function runPart<Q, A>(options: RecoveryOptions<Q, A>, part: readonly Q[]): Promise<Attempt<A>> {
  const sinceMs = options.clock.now();
  try {
    return { answers: await runOnce(options, part) };
  } catch (error) {
    return runAgain(options, part, { error, sinceMs });
  }
}

/** The dependency as such does not answer: what is left of the batch would fare no better. */
function isHopeless(error: unknown): boolean {
  return isRetryable(error) || error instanceof DeadlineFault;
}

/** Whether one request may be at fault. What may have had its effect is never run a second time. */
function isDivisible(error: unknown): boolean {
  return !isHopeless(error) && !(error instanceof MismatchFault);
}

export function resolveFrom<Q, A>(batch: Batch<Q, A>, from: number, answers: readonly A[]): void {
  for (let i = 0; i < answers.length; i++) batch.resolves[from + i]!(answers[i]!);
}

export function rejectRange<Q, A>(batch: Batch<Q, A>, from: number, to: number, error: unknown): void {
  for (let i = from; i < to; i++) batch.rejects[i]!(error);
}
