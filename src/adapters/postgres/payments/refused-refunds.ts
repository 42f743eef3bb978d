import type { RefusedRefunds } from '../../../modules/payments/index.ts';
import type { ParkedEvents } from '../../../platform/events/ports.ts';
import type { Database } from '../database.ts';

/** Refunds that the provider refuses, as dead letters; each is a key of its own, so that none waits for another. */
export function createRefusedRefunds(database: Database, parked: Pick<ParkedEvents, 'park'>): RefusedRefunds {
  return {
    async park({ payment: { id, amount, provider, reason, followUpAt, createdAt }, failure }) {
      const data = { paymentId: id, amount, provider, reason };
      const event = {
        id,
        type: 'refund',
        version: 1,
        subject: id,
        partitionKey: id,
        occurredAt: createdAt,
        data,
      };
      await database.transaction(async (tx) => {
        const given = await tx.query(GIVE_UP, [id, new Date(followUpAt)]);
        if (given.length === 0) return;
        const events = [{ event: { ...event, position: undefined }, failure }];
        await parked.park({ consumer: 'refunds', types: [event.type], events }, tx);
      });
    },
  };
}

/** Of a payment that is refunding: nobody asks for it by itself any more, and it is a dead letter. */
export const GIVEN_UP = `follow_up_at = 'infinity'`;

// A callback of the provider has it asked for again all the same.
const GIVE_UP = {
  name: 'payment_give_up_refund',
  text: `update payment set ${GIVEN_UP} where id = $1 and follow_up_at = $2 and status = 'refunding'
    returning id`,
};
