import { useEffect } from 'react';
import { armChime, playChime } from './chime.ts';

const BLINK_MS = 1_000;

/** Calls somebody who looks elsewhere: a sound once, and a title that changes until the page is looked at. */
export function useTurnSignal(isTurn: boolean, signal: string): void {
  useEffect(() => {
    addEventListener('pointerdown', armChime);
    return () => removeEventListener('pointerdown', armChime);
  }, []);

  useEffect(() => {
    if (!isTurn) return undefined;
    playChime();
    const title = document.title;
    let isShown = false;
    const timer = setInterval(() => {
      isShown = !isShown || document.visibilityState === 'visible';
      document.title = isShown ? signal : title;
    }, BLINK_MS);
    document.title = signal;
    return () => {
      clearInterval(timer);
      document.title = title;
    };
  }, [isTurn, signal]);
}
