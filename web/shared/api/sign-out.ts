import { backoffMs } from '../live/backoff.ts';
import { alone } from './alone.ts';
import { ApiProblem } from './problem.ts';
import { send } from './request.ts';
import { operations } from './schema.ts';
import { beginLeaving, end, failLeaving, isLeaving } from './session-state.ts';

const ANSWER_WITHIN_MS = 15_000;

let token: string | undefined;
let running: Promise<void> | undefined;
let stop = new AbortController();
let wake: () => void = () => {};

/** Signs out: here at once, at the server as soon as it can be told. Until then the session is not over, and is said not to be. */
export function signOut(): Promise<void> {
  token = beginLeaving();
  return finishSignOut();
}

/** Tells the server of a sign-out that it does not know of yet, again and again; at once where it waits for the next try. */
export function finishSignOut(): Promise<void> {
  wake();
  running ??= tellUntilKnown().finally(() => {
    running = undefined;
  });
  return running;
}

/** Gives up; settles when nothing is under way any more. */
export async function stopSignOut(): Promise<void> {
  stop.abort();
  wake();
  await running;
}

async function tellUntilKnown(): Promise<void> {
  stop = new AbortController();
  const { signal } = stop;
  const network = new AbortController();
  addEventListener('online', () => wake(), { signal: network.signal });
  for (let attempt = 0; isLeaving() && !signal.aborted; attempt++) {
    const isOver = await alone(() => tell(signal));
    if (!isLeaving() || signal.aborted) break;
    if (isOver) end();
    else {
      failLeaving();
      await pause(backoffMs(attempt, Math.random()));
    }
  }
  network.abort();
}

/** @returns whether the session is over */
async function tell(signal: AbortSignal): Promise<boolean> {
  // Somebody may have signed in in another tab meanwhile: their session is not to end.
  if (!isLeaving()) return false;
  // The cookie alone is enough; a token helps where it is refused.
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answerBy = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    await send(operations.logOut[1], { method: 'DELETE', headers, signal: answerBy });
    return true;
  } catch (error) {
    // There is no session that could end.
    return error instanceof ApiProblem && error.status === 401;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
