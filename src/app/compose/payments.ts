import { ATTEMPTS_MAX } from '../../adapters/http/guarded-calls.ts';
import { createParkedEvents } from '../../adapters/postgres/events/parked-events.ts';
import { createCardPayments } from '../../adapters/postgres/payments/card-payments.ts';
import { createCheckout } from '../../adapters/postgres/payments/checkout.ts';
import { createPaymentReader } from '../../adapters/postgres/payments/payment-reader.ts';
import { createRefusedRefunds } from '../../adapters/postgres/payments/refused-refunds.ts';
import { createCallbackSender } from '../../adapters/postgres/payments/simulated-callbacks.ts';
import { chargeDue, createSimulatedProvider } from '../../adapters/postgres/payments/simulated-provider.ts';
import { createTossProvider } from '../../adapters/toss/payment-provider.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import { createPayments, type PaymentProvider, type Payments } from '../../modules/payments/index.ts';
import type { AdmissionGate } from '../../modules/waiting-room/index.ts';
import { countPayments, countProviderCalls } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';
import { type Listener, reachable } from '../listener.ts';

export function composePayments(base: Foundation, gate: Pick<AdmissionGate, 'spend'>): Payments {
  const { config, sales, hint, metrics } = base;
  const simulated = config.paymentProvider === 'simulated' ? createSimulatedProvider(base) : undefined;
  return createPayments({
    ...base,
    checkout: createCheckout(sales, hint, base),
    cards: createCardPayments(sales, hint, base),
    reader: createPaymentReader(base.database),
    refusedRefunds: createRefusedRefunds(sales, createParkedEvents(sales)),
    provider: simulated ?? composeToss(base),
    simulated,
    returnOrigins: config.corsOrigins,
    confirmMsMin: config.paymentConfirmMinMs,
    calls: { timeoutMs: config.paymentTimeoutMs, onCall: countProviderCalls(metrics) },
    observe: base.measureBatch('payments'),
    onDecided: countPayments(metrics),
    spendPass: (who) => gate.spend(who),
    onSpendFailed: base.complain('end of an admission'),
    onError: base.complain('payments by card'),
    onWaiting: (waiting) =>
      base.logger.warn(waiting, 'payments wait for a payment provider that is not configured'),
  });
}

/** All attempts of a call fit into the time in which a provider has to answer. */
function composeToss({ config }: Foundation): PaymentProvider | undefined {
  const { paymentProvider, tossSecretKey: secretKey, tossUrl: url, paymentTimeoutMs } = config;
  if (paymentProvider !== 'toss' || secretKey === undefined) return undefined;
  return createTossProvider({ url, secretKey, attemptMs: Math.ceil(paymentTimeoutMs / ATTEMPTS_MAX) });
}

/** The simulated provider's callbacks to this very instance, through its own port. */
export function composeCallbackSender(
  base: Foundation,
  listener: Pick<Listener, 'address'>,
): readonly Lifecycle[] {
  if (base.config.paymentProvider !== 'simulated') return [];
  const sender = createCallbackSender({
    ...base,
    address: () => reachable(listener.address()),
    carryOut: () => chargeDue(base),
    onError: base.complain('callbacks of the simulated provider'),
  });
  return [sender];
}
