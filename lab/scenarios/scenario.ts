import type { Lab } from '../engine/lab.ts';
import type { MeasuredRun } from '../engine/measured-run.ts';
import type { Variant } from '../engine/variant.ts';
import type { Target } from '../results/targets.ts';
import type { Words } from '../words.ts';

/** One experiment. */
export type Scenario = {
  readonly name: string;
  readonly title: Words;
  /** What is done and what counts, in a sentence or two. */
  readonly about: Words;
  /** Whether `perSecond` is of successes that the database shows, or of all who were told the outcome. */
  readonly counts: 'successes' | 'answers';
  /** Left out of a quick run of all. */
  readonly long?: boolean;
  plan(lab: Lab): Promise<Plan>;
};

/** Variants that are run in turn, A B A B …, as often as asked. */
export type Plan = {
  readonly variants: readonly Variant[];
  readonly ratios?: readonly RatioPlan[];
  readonly targets?: readonly Target[];
  /** What comes after, in knowledge of what was measured. */
  readonly next?: (runs: readonly MeasuredRun[]) => Promise<Plan | undefined>;
  /** Instead of what was asked for. */
  readonly repeats?: number;
};

/** How much faster the one named first is. */
export type RatioPlan = { readonly of: string; readonly to: string };

/** The strategies to compare: those asked for, or the usual ones. */
export function strategiesOf(asked: string | undefined, usual: readonly string[]): readonly string[] {
  return asked === undefined ? usual : asked.split(',');
}
