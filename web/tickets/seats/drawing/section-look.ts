import type { LayoutSection } from '../layout.ts';
import type { SeatState } from '../seat-state.ts';

/** Only from here on the number of free seats stands beside a section's name. */
const COUNTS_FROM_PX = 64;
const LABELS_FROM_PX = 14;
/** So many degrees of fullness are told apart; more cost painting and no eye sees them. */
const STEPS = 20;
const FAINTEST = 0.28;

/** How a section that is shown as a whole looks. Two that are equal are painted equal. */
export type SectionLook = {
  readonly isSoldOut: boolean;
  /** The more of it is free, the fuller its colour. */
  readonly opacity: number;
  /** What is written on it, line by line. */
  readonly lines: readonly string[];
};

/** @param scale pixels for a unit of the plan */
export function lookOfSection(
  section: LayoutSection,
  state: SeatState,
  scale: number,
  label: (section: LayoutSection, free: number) => readonly [string, string],
): SectionLook {
  const free = state.countFree(section.first, section.end);
  const share = Math.ceil((free / Math.max(1, section.end - section.first)) * STEPS) / STEPS;
  const [name, count] = label(section, free);
  const width = shortSideOf(section) * scale;
  return {
    isSoldOut: free === 0,
    opacity: free === 0 ? 1 : FAINTEST + (1 - FAINTEST) * share,
    lines: width > COUNTS_FROM_PX ? [name, count] : width >= LABELS_FROM_PX ? [name] : [],
  };
}

/** The same for looks that are the same. */
export function keyOfLook({ isSoldOut, opacity, lines }: SectionLook): string {
  return [isSoldOut, opacity, ...lines].join('\n');
}

/** @returns units of the plan */
export function shortSideOf({ bounds }: LayoutSection): number {
  return Math.min(bounds.right - bounds.left, bounds.bottom - bounds.top);
}
