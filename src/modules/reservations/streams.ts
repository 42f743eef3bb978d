import { type Follower, follower } from '../../platform/events/event.ts';
import { CHANGE_EVENTS, type ReservationChange } from './history.ts';

export type ChangeListener = (change: ReservationChange) => void;

/** Hands what happens to a reservation, once it is there, to those who watch it. */
export type ReservationStreams = {
  readonly follower: Follower;
  /** @returns stops the watching */
  watch(reservationId: string, listener: ChangeListener): () => void;
};

/** As large as the number of open streams, and empty without any. */
export function createReservationStreams(): ReservationStreams {
  const watchers = new Map<string, Set<ChangeListener>>();

  const publish = (change: ReservationChange): void => {
    for (const listener of watchers.get(change.subject) ?? []) listener(change);
  };

  return {
    follower: follower({
      name: 'reservations.streams',
      types: CHANGE_EVENTS,
      apply(changes) {
        // Looking a subject up costs its hash: a sale has thousands of events a second.
        if (watchers.size > 0) for (const change of changes) publish(change);
      },
    }),
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
