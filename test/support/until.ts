import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than anything takes on a busy machine; only a wait in vain comes to it. */
const PATIENCE_MS = 30_000;

/**
 * Asks again and again until the answer will do, and gives it.
 * @param patienceMs more than the default where something is waited for that takes its time by itself
 * @throws Error with the last answer
 */
export async function until<T>(
  ask: () => Promise<T> | T,
  isGood: (answer: T) => boolean = Boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`it never came to be; at last: ${JSON.stringify(answer)}`);
    await sleep(20);
  }
}
