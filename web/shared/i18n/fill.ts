export type Values = Readonly<Record<string, string | number>>;

/**
 * Puts values into a text: `{name}` stands for a value, `{count|seat|seats}` for one of two words by whether it is one.
 * A name without a value stays as it is, and the test of the tables finds it. Korean particles that are written in both
 * forms, as in `{seat}은(는)`, get the one that the value before them asks for.
 */
export function fill(text: string, values: Values = {}, format: (n: number) => string = String): string {
  const filled = text.replaceAll(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one !== undefined && other !== undefined) return value === 1 ? one : other;
      return typeof value === 'number' ? format(value) : value;
    },
  );
  return filled.replaceAll(/([가-힣0-9])(["”’')]*)([은이을])\(([는가를])\)/g, chooseParticle);
}

/** Digits that are read with a final consonant: 영, 일, 삼, 육, 칠, 팔. */
const CLOSED_DIGITS = '013678';

function chooseParticle(_whole: string, last: string, quotes: string, closed: string, open: string): string {
  // A syllable of Hangul is one of 28 endings, of which the first is none (Unicode, section 3.12).
  const isClosed = /\d/.test(last) ? CLOSED_DIGITS.includes(last) : (last.charCodeAt(0) - 0xac00) % 28 > 0;
  return `${last}${quotes}${isClosed ? closed : open}`;
}

/** The names that a text asks for, sorted; for the test that both languages ask for the same. */
export function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ''))].toSorted();
}
