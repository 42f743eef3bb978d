import type { Lab } from '../engine/lab.ts';
import type { PreparedRun } from '../engine/variant.ts';
import type { HoldsOrder, Sale } from '../traffic/holds.ts';

export type SaleOptions = {
  readonly strategy: string;
  /** How many performances, and how many people with passes for each. */
  readonly sales: number;
  readonly people: number;
  readonly seat: HoldsOrder['seat'];
  /** Settings of the system beside its strategy. */
  readonly environment?: Readonly<Record<string, string>>;
};

/**
 * Performances with one seat for each of their people, and one more, the first, that somebody has taken.
 * Before the load everybody asks for that one in vain: in life, too, the system has seen a person's token
 * and signed the pass itself before the pass is used.
 */
export async function openSales(
  lab: Lab,
  options: SaleOptions,
): Promise<Pick<PreparedRun, 'address' | 'system' | 'before' | 'traffic'>> {
  const { system, venue } = await lab.system(options.strategy, options.environment);
  const sales: Sale[] = [];
  for (let no = 0; no < options.sales; no++) {
    const performanceId = await venue.putOn(options.people + 1);
    const people = await lab.people(system, options.people, performanceId);
    await venue.takeFirstSeat(performanceId, people);
    sales.push({ performanceId, people, count: options.people });
  }
  const holds = { kind: 'holds', sales } as const;
  return {
    address: system.address,
    system,
    before: [{ ...holds, seat: 'taken' }],
    traffic: { ...holds, seat: options.seat },
  };
}
