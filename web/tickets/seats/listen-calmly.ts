import type { SeatState } from './seat-state.ts';

/**
 * Tells that seats changed: at once after a calm, and then once in `everyMs` as long as they go on changing.
 *
 * @returns stops the listening
 */
export function listenCalmly(
  state: Pick<SeatState, 'listen'>,
  everyMs: number,
  listener: () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasChanged = false;
  const tell = () => {
    hasChanged = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (hasChanged) tell();
    }, everyMs);
    listener();
  };
  const stop = state.listen(() => {
    hasChanged = true;
    if (timer === undefined) tell();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
