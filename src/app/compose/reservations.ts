import { createEventStore } from '../../adapters/postgres/events/event-store.ts';
import { createPaymentReader } from '../../adapters/postgres/payments/payment-reader.ts';
import { refundReservations } from '../../adapters/postgres/payments/refunds.ts';
import { createCancellations } from '../../adapters/postgres/reservations/cancellations.ts';
import { createFencedHolds } from '../../adapters/postgres/reservations/fenced-holds.ts';
import { createHoldExpiry } from '../../adapters/postgres/reservations/hold-expiry.ts';
import { createPerformanceEndings } from '../../adapters/postgres/reservations/performance-endings.ts';
import { createPostponementAnswers } from '../../adapters/postgres/reservations/postponement-answers.ts';
import { createReservationStore } from '../../adapters/postgres/reservations/reservation-store.ts';
import {
  createHoldDecider,
  createSeatHolds,
  type SeatHoldsOptions,
} from '../../adapters/postgres/reservations/seat-holds.ts';
import { createBrokenSeatHolds } from '../../adapters/postgres/reservations/seat-holds-broken.ts';
import { createOptimisticSeatHolds } from '../../adapters/postgres/reservations/seat-holds-optimistic.ts';
import { createPessimisticSeatHolds } from '../../adapters/postgres/reservations/seat-holds-pessimistic.ts';
import { createSerializableSeatHolds } from '../../adapters/postgres/reservations/seat-holds-serializable.ts';
import { createMessageSeatHolds } from '../../adapters/rabbitmq/seat-holds-message.ts';
import { createBulkSeatHolds } from '../../adapters/redis/seat-holds-bulk.ts';
import { createRedisLockSeatHolds } from '../../adapters/redis/seat-holds-lock.ts';
import { createRedisScriptSeatHolds } from '../../adapters/redis/seat-holds-script.ts';
import type { Config } from '../../config/config.ts';
import {
  createReservations,
  type Reservations,
  type ReservationsDeps,
  type SeatHolds,
} from '../../modules/reservations/index.ts';
import { measureHolds } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';

type StrategyOptions = SeatHoldsOptions &
  Pick<Foundation, 'config' | 'complain' | 'onBrokerAnswer' | 'redis' | 'ids'>;

/** One way to hold seats is in use at a time; which one, says HOLD_STRATEGY. */
const SEAT_HOLDS: Readonly<Record<Config['holdStrategy'], (options: StrategyOptions) => SeatHolds>> = {
  batch: createSeatHolds,
  optimistic: createOptimisticSeatHolds,
  pessimistic: createPessimisticSeatHolds,
  serializable: createSerializableSeatHolds,
  'redis-lock': createByRedisLock,
  'redis-script': createByRedisScript,
  bulk: createInBulk,
  message: createByMessages,
  broken: createBrokenSeatHolds,
};

function createByMessages({ config, complain, onBrokerAnswer, ...options }: StrategyOptions) {
  return createMessageSeatHolds({
    ...options,
    rabbitmq: { urls: config.amqpUrl, name: config.amqpHolds },
    decide: createHoldDecider(options.database, options.clock),
    onError: complain('holds by messages'),
    onAnswer: onBrokerAnswer,
  });
}

function createByRedisLock({ complain, redis, ...options }: StrategyOptions) {
  const onError = complain('holds by Redis');
  return createRedisLockSeatHolds({ ...options, redis: redis!, fenced: createFencedHolds(options), onError });
}

function createByRedisScript({ complain, redis, ...options }: StrategyOptions) {
  return createRedisScriptSeatHolds({
    ...options,
    redis: redis!,
    look: (request) => createFencedHolds(options).look(request),
    decide: createHoldDecider(options.database, options.clock),
    onError: complain('holds by Redis'),
  });
}

function createInBulk({ config, complain, redis, ids, ...options }: StrategyOptions) {
  return createBulkSeatHolds({
    redis: redis!,
    clock: options.clock,
    inner: createSeatHolds(options),
    instanceId: ids.next(),
    windowMs: config.holdBulkWindowMs,
    maxQueued: config.holdQueueMax,
    onError: complain('holds in bulk'),
  });
}

export type ReservationsParts = Pick<ReservationsDeps, 'catalogue' | 'gate' | 'consumers'> &
  Pick<SeatHoldsOptions, 'maxInFlight'>;

export function composeReservations(
  base: Foundation,
  { catalogue, gate, consumers, ...options }: ReservationsParts,
): Reservations {
  const { config } = base;
  const onSales = { ...base, database: base.sales };
  const holds = SEAT_HOLDS[config.holdStrategy]({
    ...onSales,
    ...options,
    maxQueued: config.holdQueueMax,
    observe: base.measureBatch('holds'),
  });
  return createReservations({
    ...base,
    holds,
    ...measureHolds(base.metrics, holds),
    store: createReservationStore(base.database),
    events: createEventStore(base.database),
    payments: createPaymentReader(base.database),
    consumers,
    cancellations: createCancellations({ ...onSales, refund: refundReservations }),
    endings: createPerformanceEndings({ ...onSales, refund: refundReservations }),
    answers: createPostponementAnswers(base.sales, base.hint),
    expiry: createHoldExpiry(onSales),
    catalogue,
    gate,
    onError: base.complain('endings of reservations'),
  });
}
