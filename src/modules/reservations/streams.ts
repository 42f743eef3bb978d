import type { Follower, LoggedEvent } from '../../platform/events/event.ts';
import { CHANGE_EVENT_TYPES } from './history.ts';
import type { ReservationHappening } from './ports.ts';

export type HappeningListener = (happening: ReservationHappening) => void;

/** Hands what happens to a reservation, once it is there, to those who watch it. */
export type ReservationStreams = {
  readonly follower: Follower;
  /** @returns stops the watching */
  watch(reservationId: string, listener: HappeningListener): () => void;
};

/** As large as the number of open streams, and empty without any. */
export function createReservationStreams(): ReservationStreams {
  const watchers = new Map<string, Set<HappeningListener>>();

  const publish = (event: LoggedEvent): void => {
    const listeners = watchers.get(event.key);
    if (listeners === undefined) return;
    const { position, type, occurredAt } = event;
    for (const listener of listeners) {
      listener({ position, type, occurredAt, data: Object.fromEntries(Object.entries(event.data)) });
    }
  };

  return {
    follower: {
      kind: 'follower',
      name: 'reservations.streams',
      types: CHANGE_EVENT_TYPES,
      apply(events) {
        // Looking a key up costs its hash: a sale has thousands of events a second.
        if (watchers.size > 0) for (const event of events) publish(event);
      },
    },
    watch(reservationId, listener) {
      const listeners = watchers.get(reservationId) ?? new Set();
      watchers.set(reservationId, listeners);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) watchers.delete(reservationId);
      };
    },
  };
}
