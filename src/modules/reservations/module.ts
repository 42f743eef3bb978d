import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { MaybePromise } from '../../kernel/result.ts';
import type { EventConsumer } from '../../platform/events/event.ts';
import type { Hub } from '../../platform/live/hub.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { type CancelDeps, createCancelBatch, createCancellationConsumer } from './cancel.ts';
import { createExpiryService, type ExpiryOptions } from './expiry-service.ts';
import { reservationRoutes } from './http.ts';
import type { KeepDeps } from './keep.ts';
import { ReservationTopics } from './live.ts';
import { reservationOperations } from './operations.ts';
import { createPerformanceEnding, type PerformanceEndingOptions } from './performance-endings.ts';
import type { HoldExpiry } from './ports.ts';
import { type ReserveAnswer, type ReserveCommand, type ReserveDeps, reserve } from './reserve.ts';
import { createReservationsService, type ReservationsServiceDeps } from './service.ts';

export type ReservationsDeps = ReserveDeps &
  ReservationsServiceDeps &
  CancelDeps &
  KeepDeps &
  Pick<PerformanceEndingOptions, 'endings' | 'upkeepLease'> & {
    readonly expiry: HoldExpiry;
    readonly hub: Hub;
    readonly onError: (error: unknown) => void;
    /** Holds that lapsed and were ended, for metrics. */
    readonly onExpired?: (count: number) => void;
    readonly options?: ReservationsOptions;
  };

export type ReservationsOptions = Pick<ExpiryOptions, 'intervalMs' | 'batch'>;

export type Reservations = {
  /** Holds seats; for what puts requests to the module without an edge. */
  reserve(command: ReserveCommand): MaybePromise<ReserveAnswer>;
  readonly operations: readonly Operation[];
  readonly routes: ReturnType<typeof reservationRoutes>;
  /** The durable consumer that carries out cancellations, and the follower that feeds the streams. */
  readonly consumers: readonly EventConsumer[];
  /** Ends lapsed holds, and what cancelled performances leave, while it runs. */
  readonly lifecycle: Lifecycle;
  /** Where holds and cancellations are taken: at its end what was accepted is answered. */
  readonly draining: Lifecycle;
  /** Of holds whose strategy needs a service beside the database; undefined where it needs none. */
  readonly pingHolds: (() => Promise<void>) | undefined;
};

/** Puts the module together. */
export function createReservations(deps: ReservationsDeps): Reservations {
  const service = createReservationsService(deps);
  const { hub, clock } = deps;
  const cancelBatch = createCancelBatch(deps);
  const operations = reservationOperations(deps, cancelBatch);
  const topics = new ReservationTopics({ service, hub, clock });
  const expiry = createExpiryService({ ...deps.options, ...deps });
  const ending = createPerformanceEnding(deps);
  const { holds } = deps;
  return {
    pingHolds: holds.ping && (() => holds.ping!()),
    reserve: (command) => reserve(deps, command),
    operations: Object.values(operations),
    routes: reservationRoutes({
      service,
      operations,
      topics,
      hub,
      clock,
      isFull: () => deps.holds.isFull,
    }),
    consumers: [createCancellationConsumer(deps), topics.follower],
    lifecycle: createLifecycle('reservations', {
      async start() {
        await expiry.start();
        await ending.start();
      },
      async stop() {
        await ending.stop();
        await expiry.stop();
      },
    }),
    draining: createLifecycle('writes of reservations', {
      start: () => holds.start?.(),
      stop: async () => void (await Promise.all([deps.holds.drain(), cancelBatch.drain()])),
    }),
  };
}
