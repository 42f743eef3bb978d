import { useMemo } from 'react';
import { useStore } from '../state/use-store.ts';
import { fill, type Values } from './fill.ts';
import { createFormats, type Formats } from './formats.ts';
import { type Language, language } from './language.ts';

/** The same keys in every language; the type holds the tables to it. */
export type Messages<Key extends string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>;

export type Text<Key extends string> = (key: Key, values?: Values) => string;

export function useLanguage(): Language {
  return useStore(language);
}

/** Numbers, money and times as people of the chosen language write them. */
export function useFormats(): Formats {
  const chosen = useLanguage();
  return useMemo(() => createFormats(chosen), [chosen]);
}

/** A hook that gives the texts of a table in the chosen language. */
export function createUseText<Key extends string>(messages: Messages<Key>): () => Text<Key> {
  return () => {
    const chosen = useLanguage();
    return useMemo(() => {
      const { number } = createFormats(chosen);
      return (key, values) => fill(messages[chosen][key], values, number);
    }, [chosen]);
  };
}
