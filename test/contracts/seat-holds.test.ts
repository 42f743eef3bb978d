import { createSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds.ts';
import { createOptimisticSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-optimistic.ts';
import { createPessimisticSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-pessimistic.ts';
import { createSerializableSeatHolds } from '../../src/adapters/postgres/reservations/seat-holds-serializable.ts';
import { seatHoldsContract } from './seat-holds.contract.ts';

seatHoldsContract('batch', createSeatHolds);
seatHoldsContract('batch, also of one', (options) => createSeatHolds({ ...options, shortcut: false }));
seatHoldsContract('optimistic', createOptimisticSeatHolds);
seatHoldsContract('pessimistic', createPessimisticSeatHolds);
seatHoldsContract('serializable', createSerializableSeatHolds);
