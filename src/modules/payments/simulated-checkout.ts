import { Type } from 'typebox';
import { krw } from '../../kernel/money.ts';
import { ok, refuse } from '../../kernel/result.ts';
import { ownerOf } from '../../platform/auth/access.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed, Id, MoneySchema } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import type { PaymentReader } from './ports.ts';

/**
 * What the simulated provider does once it is told to take the money. `delay`: it takes seconds. `timeout`: it takes it
 * and does not answer. `late`: it takes it after the hold has lapsed. `duplicate`, `reordered`: its callbacks come five
 * times, or the newest first. `other-amount`: it takes less.
 */
export const BEHAVIOURS = [
  'normal',
  'decline',
  'delay',
  'timeout',
  'late',
  'duplicate',
  'reordered',
  'other-amount',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export type SimulatedChoice = {
  readonly decision: 'pay' | 'decline' | 'leave';
  readonly behaviour: Behaviour;
};

/** The page of the simulated provider: what stands on it, and what a buyer decides there. */
export type SimulatedCheckout = {
  /** Undefined where the provider knows no such payment. */
  find(paymentId: string): Promise<{ readonly amount: number; readonly isOpen: boolean } | undefined>;
  /** @returns where the buyer goes from here; undefined where there is nothing to decide any more */
  decide(paymentId: string, choice: SimulatedChoice): Promise<string | undefined>;
};

const DecisionBody = closed(
  {
    decision: Type.Enum(['pay', 'decline', 'leave']),
    behaviour: Type.Optional(
      Type.Enum([...BEHAVIOURS], {
        default: 'normal',
        description: 'What the provider does when it is told to take the money.',
      }),
    ),
  },
  { title: 'SimulatedDecision' },
);
const CheckoutView = Type.Object(
  { paymentId: Id, amount: MoneySchema, isOpen: Type.Boolean() },
  { title: 'SimulatedCheckout' },
);
const Redirect = Type.Object({ redirectUrl: Type.String() }, { title: 'SimulatedRedirect' });
const tags = ['Payments'];

export function simulatedCheckoutOperations(
  checkout: SimulatedCheckout,
  reader: Pick<PaymentReader, 'find'>,
) {
  return {
    decideSimulatedCheckout: defineOperation({
      operationId: 'decideSimulatedCheckout',
      input: closed({ paymentId: Id, ...DecisionBody.properties }),
      access: ownerOf('the payment'),
      idempotent: true,
      queueable: false,
      priority: 'high',
      savesResult: () => false,
      problems: ['payment_not_found', 'reservation_not_payable'],
      async run(context, { paymentId, decision, behaviour = 'normal' }) {
        const payment = await reader.find(paymentId);
        if (payment?.accountId !== accountOf(context).accountId) return refuse('payment_not_found');
        const redirectUrl = await checkout.decide(paymentId, { decision, behaviour });
        return redirectUrl === undefined ? refuse('reservation_not_payable') : ok({ redirectUrl });
      },
      present: ({ redirectUrl }) => ({ redirectUrl }),
    }),
  };
}

/** The simulated provider's side of the checkout; for demonstrations, where no other provider is. */
export function simulatedCheckoutRoutes(
  server: HttpServer,
  { decideSimulatedCheckout }: ReturnType<typeof simulatedCheckoutOperations>,
  checkout: Pick<SimulatedCheckout, 'find'>,
  reader: Pick<PaymentReader, 'find'>,
): void {
  const decide = operationRoute(decideSimulatedCheckout, { status: 200 });
  server.get(
    '/v1/simulated-checkouts/:id',
    {
      config: { access: ownerOf('the payment'), problems: ['payment_not_found'] },
      schema: {
        operationId: 'getSimulatedCheckout',
        summary: 'What the simulated provider shows a buyer',
        tags,
        params: ById,
        response: { 200: CheckoutView, default: Problem },
      },
    },
    async (request, reply) => {
      const { id: paymentId } = request.params;
      const payment = await reader.find(paymentId);
      const isOwn = payment?.accountId === principalOf(request).accountId;
      const found = isOwn ? await checkout.find(paymentId) : undefined;
      if (!found) return problemBody(reply, { ok: false, code: 'payment_not_found' });
      return { paymentId, amount: krw(found.amount), isOpen: found.isOpen };
    },
  );
  server.post(
    '/v1/simulated-checkouts/:id/decisions',
    {
      config: operationConfig(decideSimulatedCheckout),
      schema: {
        operationId: 'decideSimulatedCheckout',
        summary: 'Agree or refuse to pay at the simulated provider',
        description: 'Answers where the buyer goes from there, as a provider would send them.',
        tags,
        params: ById,
        body: DecisionBody,
        response: { 200: Redirect, default: Problem },
      },
    },
    (request, reply) => decide(request, reply, { paymentId: request.params.id, ...request.body }),
  );
}
