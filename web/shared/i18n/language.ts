import { keptInBrowser } from '../state/kept.ts';
import { createStore } from '../state/store.ts';

const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'firstcome.language';
const store = createStore<Language>('ko');

/** What the person chose, here or in another tab; until then what their browser asks for. */
export const language = {
  get: store.get,
  subscribe: store.subscribe,
  /** Takes up what was chosen before; call once, before anything is drawn. */
  restore(): void {
    show(readLanguage(keptInBrowser.read(KEPT)) ?? preferredLanguage(navigator.languages));
    addEventListener('storage', ({ key, newValue }) => {
      const chosen = key === KEPT ? readLanguage(newValue) : undefined;
      if (chosen) show(chosen);
    });
  },
  set(next: Language): void {
    keptInBrowser.write(KEPT, next);
    show(next);
  },
};

/**
 * The first of a reader's languages that there is; English for the one who has none of them.
 * @param wanted language tags, the most wanted first
 */
export function preferredLanguage(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => readLanguage(tag.toLowerCase().split('-')[0]));
  return known.find((candidate) => candidate !== undefined) ?? (wanted.length === 0 ? 'ko' : 'en');
}

function readLanguage(text: string | null | undefined): Language | undefined {
  return LANGUAGES.find((candidate) => candidate === text);
}

function show(next: Language): void {
  document.documentElement.lang = next;
  store.set(next);
}
