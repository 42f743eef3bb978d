export type Values = Readonly<Record<string, string | number>>;

/**
 * Puts values into a text: `{name}` stands for a value, `{count|seat|seats}` for one of two words by whether it is one.
 * A name without a value stays as it is, and the test of the tables finds it.
 */
export function fill(text: string, values: Values = {}, format: (n: number) => string = String): string {
  return text.replaceAll(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      if (one !== undefined && other !== undefined) return value === 1 ? one : other;
      return typeof value === 'number' ? format(value) : value;
    },
  );
}

/** The names that a text asks for, sorted; for the test that both languages ask for the same. */
export function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ''))].toSorted();
}
