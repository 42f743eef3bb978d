import { ElsewhereFault } from '../../kernel/faults.ts';
import type { DurableConsumer, LoggedEvent } from '../../platform/events/event.ts';
import type { AdmissionGate, Visitor } from './gate.ts';

const PAID = 'payment.succeeded';

/**
 * Ends the admission of whoever has paid. The payment does so itself at once; this makes up for one that could
 * not. The line keeps its own store, so the effect cannot share the log's transaction: it is durable before the
 * progress is, and naming the moment of the payment makes every repetition one that changes nothing.
 */
export function createSpendConsumer(spend: AdmissionGate['spend']): DurableConsumer {
  return {
    kind: 'durable',
    name: 'waiting-room',
    types: [PAID],
    async apply(events) {
      const spends = events.flatMap((event) => {
        const buyer = readBuyer(event);
        return buyer ? [spend(buyer, event.occurredAt).catch(leaveToOthers)] : [];
      });
      await Promise.all(spends);
    },
  };
}

/** A pass of a room that another process keeps ends with its time, if that process has not spent it. */
function leaveToOthers(error: unknown): void {
  if (!(error instanceof ElsewhereFault)) throw error;
}

function readBuyer({ data }: LoggedEvent): Visitor | undefined {
  if (!('accountId' in data && 'performanceId' in data)) return undefined;
  const { accountId, performanceId } = data;
  if (typeof accountId !== 'string' || typeof performanceId !== 'string') return undefined;
  return { accountId, performanceId };
}
