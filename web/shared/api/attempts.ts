import { newIdempotencyKey } from './idempotency-key.ts';
import { ApiProblem } from './problem.ts';

/** After so long a press is a new attempt, whatever became of the one before. */
const REMEMBERED_MS = 600_000;
const ATTEMPTS_MAX = 50;

type Attempt = { readonly body: string; readonly key: string; readonly since: number };

/**
 * Idempotency keys of POSTs that have no answer yet. A key is for one attempt: as long as its answer is lost, the same
 * body goes to the same address under the same key, whether a person or the page repeats it. After an answer, also a
 * refusal, or with another body, the next press is another attempt with a key of its own.
 */
export class Attempts {
  /** By address. */
  readonly #open = new Map<string, Attempt>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async run<T>(address: string, body: string, send: (key: string) => Promise<T>): Promise<T> {
    const attempt = this.#attemptAt(address, body);
    const close = () => this.#open.get(address) === attempt && this.#open.delete(address);
    try {
      const answer = await send(attempt.key);
      close();
      return answer;
    } catch (error) {
      if (isAnswer(error)) close();
      throw error;
    }
  }

  #attemptAt(address: string, body: string): Attempt {
    const known = this.#open.get(address);
    const since = this.#now();
    if (known?.body === body && since - known.since < REMEMBERED_MS) return known;
    const attempt = { body, key: newIdempotencyKey(), since };
    this.#open.delete(address);
    this.#open.set(address, attempt);
    const [oldest] = this.#open.keys();
    if (this.#open.size > ATTEMPTS_MAX && oldest !== undefined) this.#open.delete(oldest);
    return attempt;
  }
}

/** Whether it is known what became of the write; a fault of the server, or its silence, leaves that open. */
function isAnswer(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.code !== 'idempotency_key_in_use';
}
