import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import {
  type CardCheckout,
  type CardServiceDeps,
  createCardCheckout,
  createCardService,
} from './card-service.ts';
import { createFollowUp, type FollowUpDeps } from './follow-up.ts';
import { paymentRoutes } from './http.ts';
import { paymentOperations } from './operations.ts';
import {
  createPaymentsService,
  endAdmission,
  type PaymentsService,
  type PaymentsServiceDeps,
} from './payments-service.ts';
import type { PaymentReader, Settled } from './ports.ts';
import { createProviderCalls, type ProviderCallsOptions } from './provider-calls.ts';
import { createRefundRetry } from './refund-retry.ts';
import {
  type SimulatedCheckout,
  simulatedCheckoutOperations,
  simulatedCheckoutRoutes,
} from './simulated-checkout.ts';

export type Payments = PaymentsService & {
  /** For what else is paid by card. */
  readonly cardCheckout: CardCheckout;
  /** Carries out what is redriven of refunds that were refused. */
  readonly refundRetry: ReturnType<typeof createRefundRetry>;
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
  /** Follows up what is on its way while it runs. */
  readonly lifecycle: Lifecycle;
};

export type PaymentsDeps = PaymentsServiceDeps &
  CardServiceDeps &
  Pick<FollowUpDeps, 'onError' | 'onWaiting' | 'intervalMs' | 'refusedRefunds'> & {
    readonly random: Random;
    readonly reader: PaymentReader;
    readonly calls: ProviderCallsOptions;
    /** The page of the simulated provider, where that is the provider. */
    readonly simulated?: SimulatedCheckout | undefined;
  };

export function createPayments(deps: PaymentsDeps): Payments {
  const payments = createPaymentsService(deps);
  const calls = createProviderCalls(deps.calls);
  const onSettled = ({ payment, performanceId, step }: Settled) => {
    if (!step) return undefined;
    deps.onDecided?.(step.to === 'succeeded' ? 'paid' : step.to);
    const isPaid = step.to === 'succeeded' && performanceId !== undefined;
    return isPaid ? endAdmission(deps, payment.accountId, performanceId) : undefined;
  };
  const followUp = createFollowUp({ ...deps, onSettled }, calls);
  const checkout = createCardCheckout(deps, calls);
  const cards = createCardService(deps, { checkout, calls, followUp });
  const operations = paymentOperations(payments, cards, deps.onDecided);
  const simulated = deps.simulated && simulatedCheckoutOperations(deps.simulated, deps.reader);
  return {
    ...payments,
    cardCheckout: checkout,
    refundRetry: createRefundRetry({ ...deps, calls, settle: followUp.settle }),
    operations: [...Object.values(operations), ...Object.values(simulated ?? {})],
    routes(server) {
      paymentRoutes(server, { ...deps, operations });
      if (simulated && deps.simulated)
        simulatedCheckoutRoutes(server, simulated, deps.simulated, deps.reader);
    },
    lifecycle: followUp.lifecycle,
  };
}
