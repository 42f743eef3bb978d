import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { DurableConsumer } from '../../platform/events/event.ts';
import { assertNotRefused, type FollowUp, type FollowUpDeps } from './follow-up.ts';
import type { PaymentReader } from './ports.ts';
import type { ProviderCalls } from './provider-calls.ts';

export type RefundRetryDeps = Pick<FollowUpDeps, 'provider'> & {
  readonly reader: Pick<PaymentReader, 'find'>;
  readonly calls: ProviderCalls;
  readonly ids: Ids;
  readonly settle: FollowUp['settle'];
};

/**
 * What a redrive does with refunds that were refused: it asks the provider anew. That gives the money back once at most,
 * since a refund is of the whole.
 */
export function createRefundRetry({
  provider,
  reader,
  calls,
  ids,
  settle,
}: RefundRetryDeps): Pick<DurableConsumer, 'name' | 'apply' | 'outside'> {
  return {
    name: 'refunds',
    outside: 'asks the payment provider to give the money back',
    async apply(events) {
      for (const { subject: paymentId } of events) {
        const payment = await reader.find(paymentId);
        if (!payment) throw new Fault('payment_not_found', `There is no payment ${paymentId}`);
        // It went back meanwhile, by whatever way.
        if (payment.status !== 'refunding') continue;
        if (!provider) throw new UnavailableFault('payment provider', 'No payment provider is configured');
        const { amount, reason } = payment;
        const charge = { paymentId, providerKey: null, amount, reason, attemptId: ids.next() };
        const answer = await calls.call('refund', (signal) => provider.refund(charge, signal));
        const settled = await settle({ paymentId, answer });
        if (!settled?.step) assertNotRefused(payment, answer);
      }
    },
  };
}
