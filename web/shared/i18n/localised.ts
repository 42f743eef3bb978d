import type { Language } from './language.ts';

/**
 * A name as the reader's language has it; where that has none, as everybody's.
 * @returns the name, and that of the other language where it is another one
 */
export function localised(
  name: string,
  nameEn: string | null | undefined,
  language: Language,
): { readonly main: string; readonly other?: string } {
  const [main, other] = language === 'en' ? [nameEn ?? name, name] : [name, nameEn ?? name];
  return main === other ? { main } : { main, other };
}
