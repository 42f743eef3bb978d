import { ElsewhereFault } from '../../kernel/faults.ts';
import { type DurableConsumer, durableConsumer } from '../../platform/events/event.ts';
import { paymentEvents } from '../payments/index.ts';
import type { AdmissionGate } from './gate.ts';

const PAID = paymentEvents['payment.succeeded'];

/**
 * Ends the admission of the one who has paid. The payment does so itself at once; this makes up for one that could
 * not. The line keeps its own store, so the effect cannot share the log's transaction: it is durable before the
 * progress is, and naming the moment of the payment makes every repetition one that changes nothing.
 */
export function createSpendConsumer(spend: AdmissionGate['spend']): DurableConsumer {
  return durableConsumer({
    name: 'waiting-room',
    types: [PAID],
    outside: 'ends the admission in the line, which keeps its own store',
    async apply(events) {
      const spends = events.map(({ data: { accountId, performanceId }, occurredAt }) =>
        spend({ accountId, performanceId }, occurredAt).catch(leaveToOthers),
      );
      await Promise.all(spends);
    },
  });
}

/** That process hears of the payment as well: spend-follower.ts. */
function leaveToOthers(error: unknown): void {
  if (!(error instanceof ElsewhereFault)) throw error;
}
