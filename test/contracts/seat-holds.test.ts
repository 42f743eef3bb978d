import { createSeatHolds } from '../../src/adapters/postgres/seat-holds.ts';
import { createOptimisticSeatHolds } from '../../src/adapters/postgres/seat-holds-optimistic.ts';
import { createPessimisticSeatHolds } from '../../src/adapters/postgres/seat-holds-pessimistic.ts';
import { seatHoldsContract } from './seat-holds.contract.ts';

seatHoldsContract('batch', createSeatHolds);
seatHoldsContract('optimistic', createOptimisticSeatHolds);
seatHoldsContract('pessimistic', createPessimisticSeatHolds);
