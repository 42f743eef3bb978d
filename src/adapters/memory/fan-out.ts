import type { FanOut, FanOutMessage } from '../../platform/live/fan-out.ts';

/** Fan-out within this process, at once: nothing waits, so nothing is bounded. */
export function createMemoryFanOut(): FanOut {
  const hubs = new Set<(message: FanOutMessage) => void>();
  return {
    receive: (take) => void hubs.add(take),
    publish(message) {
      for (const take of hubs) take(message);
    },
  };
}
