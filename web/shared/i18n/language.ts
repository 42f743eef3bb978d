import { createStore } from '../state/store.ts';

const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'firstcome.language';
const store = createStore<Language>('ko');

/** Korean unless the person chose otherwise; the choice is remembered. */
export const language = {
  get: store.get,
  subscribe: store.subscribe,
  /** Takes up what was chosen before; call once, before anything is drawn. */
  restore(): void {
    const kept = LANGUAGES.find((candidate) => candidate === localStorage.getItem(KEPT));
    show(kept ?? 'ko');
  },
  set(next: Language): void {
    localStorage.setItem(KEPT, next);
    show(next);
  },
};

function show(next: Language): void {
  document.documentElement.lang = next;
  store.set(next);
}
