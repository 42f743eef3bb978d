import { OverloadedFault } from '../../kernel/faults.ts';

/** Those of other processes may come in between a few times, not time and again. */
const ATTEMPTS_MAX = 10;
const RETRY_AFTER_MS = 1_000;

/**
 * Changes of what sellers own. Each is read and decided without a lock, and saved only while what it rests on is still so;
 * else it is read and decided again. Changes of one thing go one after the other in this process: of many at once
 * each is decided once.
 */
export class Edits {
  readonly #last = new Map<string, Promise<unknown>>();

  /** `attempt` reads, decides and saves. @throws OverloadedFault where others are always faster */
  run<T>(id: string, attempt: () => Promise<T | 'conflict'>): Promise<T> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const edit = before.then(() => untilWritten(id, attempt));
    const forget = () => {
      if (this.#last.get(id) === ended) this.#last.delete(id);
    };
    const ended = edit.then(forget, forget);
    this.#last.set(id, ended);
    return edit;
  }
}

async function untilWritten<T>(id: string, attempt: () => Promise<T | 'conflict'>): Promise<T> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    const outcome = await attempt();
    if (outcome !== 'conflict') return outcome;
  }
  const message = `${id} was changed by others ${ATTEMPTS_MAX} times while it was being changed`;
  throw new OverloadedFault(message, { retryAfterMs: RETRY_AFTER_MS });
}
