import { locksOfTabs } from '../state/locks.ts';

/**
 * A browser has six connections for all its tabs at a site (HTTP/1.1). Streams take four of them at most, those of tabs
 * that nobody sees two, so that there is always one for requests, and one for what is looked at.
 */
const SLOTS = 4;
const SLOTS_UNSEEN = 2;

/** The right to keep a connection open. It goes back by itself when the tab is closed. */
export type StreamSlot = { readonly release: () => void };

/**
 * Waits for one of the slots. Where the browser has no locks, as on an origin without HTTPS, tabs cannot tell each
 * other: there, only those that are seen get one.
 *
 * @returns undefined where `signal` ended the waiting
 */
export function takeSlot(isSeen: boolean, signal: AbortSignal): Promise<StreamSlot | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  const locks = locksOfTabs();
  if (!locks) return isSeen ? Promise.resolve({ release() {} }) : whenAborted(signal);
  return Promise.race([firstFree(locks, isSeen ? SLOTS : SLOTS_UNSEEN, signal), whenAborted(signal)]);
}

/** Asks for all of them and keeps the first; there is no lock that several may hold up to a number. */
function firstFree(locks: LockManager, count: number, signal: AbortSignal): Promise<StreamSlot> {
  return new Promise((resolve) => {
    const asking = new AbortController();
    const either = AbortSignal.any([asking.signal, signal]);
    const keep = () => {
      // Granted together with another one, or too late: it goes back at once.
      if (either.aborted) return undefined;
      asking.abort();
      return new Promise<void>((release) => resolve({ release }));
    };
    for (let no = 0; no < count; no++)
      locks.request(`firstcome.stream.${no}`, { signal: either }, keep).catch(ifAborted);
  });
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}

/** What was asked for is not wanted any more. */
export function ifAborted(error: unknown): void {
  if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
}
