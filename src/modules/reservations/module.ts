import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { EventConsumer } from '../../platform/events/event.ts';
import { createCancellationConsumer } from './cancel.ts';
import { createExpiryService, type ExpiryOptions } from './expiry-service.ts';
import { reservationRoutes } from './http.ts';
import type { HoldExpiry } from './ports.ts';
import {
  createReservationsService,
  type ReservationsService,
  type ReservationsServiceDeps,
} from './service.ts';
import { createReservationStreams } from './streams.ts';

export type ReservationsDeps = ReservationsServiceDeps & {
  readonly expiry: HoldExpiry;
  readonly onError: (error: unknown) => void;
  /** Holds that lapsed and were ended, for metrics. */
  readonly onExpired?: (count: number) => void;
  readonly options?: ReservationsOptions;
};

export type ReservationsOptions = Pick<ExpiryOptions, 'intervalMs' | 'batch'>;

export type Reservations = Pick<ReservationsService, 'reserve'> & {
  readonly routes: ReturnType<typeof reservationRoutes>;
  /** The durable consumer that carries out cancellations, and the follower that feeds the streams. */
  readonly consumers: readonly EventConsumer[];
  /** Ends lapsed holds while it runs; at its end what was accepted is answered. */
  readonly lifecycle: Lifecycle;
};

/** Puts the module together. */
export function createReservations(deps: ReservationsDeps): Reservations {
  const service = createReservationsService(deps);
  const streams = createReservationStreams();
  const expiry = createExpiryService({ ...deps.options, ...deps });
  return {
    reserve: (command) => service.reserve(command),
    routes: reservationRoutes(service, { streams, clock: deps.clock }),
    consumers: [createCancellationConsumer(deps), streams.follower],
    lifecycle: createLifecycle('reservations', {
      start: () => expiry.start(),
      async stop() {
        await expiry.stop();
        await service.drain();
      },
    }),
  };
}
