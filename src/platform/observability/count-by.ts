import type { About, Counter, Metrics } from './metrics.ts';

/** Counts what happens by one word. A word that was seen before costs a look-up in a map and an addition. */
export function countBy(metrics: Metrics, about: About & { readonly label: string }): (word: string) => void {
  const counters = metrics.counters(about);
  const known = new Map<string, Counter>();
  return (word) => {
    let counter = known.get(word);
    if (!counter) known.set(word, (counter = counters({ [about.label]: word })));
    counter.value += 1;
  };
}
