import type { FanOut, FanOutEvents } from '../../platform/live/fan-out.ts';

/** Fan-out within this process, at once: nothing waits, so nothing is bounded. */
export function createMemoryFanOut(): FanOut {
  const hubs = new Set<FanOutEvents>();
  return {
    receive: (events) => void hubs.add(events),
    publish(message) {
      for (const hub of hubs) hub.message(message);
      return undefined;
    },
    follow: () => undefined,
    unfollow: () => undefined,
  };
}
