import type { KnownSales } from './known-sales.ts';
import type { PlanSeats } from './plan-seats.ts';
import type { Viewer } from './publication.ts';
import { maySee, type SightDeps } from './sight.ts';

/** What seating asks of the sales that this process remembers. */
export function createSeatPlans(deps: SightDeps & { readonly known: KnownSales }) {
  const { known, clock } = deps;
  return {
    async planOf(
      performanceId: string,
    ): Promise<{ readonly plan: PlanSeats; readonly planHash: string } | undefined> {
      const found = await known.performance(performanceId);
      return found && { plan: found.plan.seats, planHash: found.plan.planHash };
    },
    isOver(performanceId: string): boolean | undefined {
      const found = known.performance(performanceId);
      if (!(found instanceof Promise)) return found && clock.now() >= found.performance.closesAt;
      found.catch(() => undefined);
      return undefined;
    },
    maySee: (performanceId: string, viewer: Viewer) => maySee(deps, performanceId, viewer),
  };
}
