import { ok, refuse } from '../../kernel/result.ts';
import type { LiveView } from '../../platform/live/view.ts';
import type { SeatPlans } from './ports.ts';
import type { SeatMaps } from './seat-maps.ts';

/**
 * What changes in a seat map. Anyone who has a version of it, or was told a change, gets what it missed; anybody else gets
 * `snapshot`, and reads the map.
 */
export function seatsView(plans: Pick<SeatPlans, 'maySee'>, seatMaps: Pick<SeatMaps, 'get'>): LiveView {
  return {
    destination: '/topic/performances/*/seats',
    async open(performanceId, viewer, from) {
      const maySee = () => plans.maySee(performanceId, viewer());
      const map = (await maySee()) ? await seatMaps.get(performanceId) : undefined;
      if (!map) return refuse('performance_not_found');
      // The map may be replaced while somebody follows, and its topic goes on.
      const whole = () => [map.begin()];
      return ok({ topic: map.topic, ...from, whole, isAllowed: maySee });
    },
  };
}
