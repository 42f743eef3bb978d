import type { Language } from '../../shared/i18n/language.ts';

const SEPARATOR = ' · ';
const HANGUL = /[가-힣]/;

/**
 * Sellers may write a name in both languages, as `한국어 · English`. Whoever reads sees theirs first.
 * @returns the name, and the other one where there is one
 */
export function localised(
  name: string,
  language: Language,
): { readonly main: string; readonly other?: string } {
  const [korean = '', foreign = '', ...more] = name.split(SEPARATOR);
  if (foreign === '' || more.length > 0 || !HANGUL.test(korean) || HANGUL.test(foreign))
    return { main: name };
  return language === 'ko' ? { main: korean, other: foreign } : { main: foreign, other: korean };
}
