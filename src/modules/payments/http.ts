import type { FastifyRequest } from 'fastify';
import { anyone, ownerOf } from '../../platform/auth/access.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import { principalOf } from '../../platform/http/authentication.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import { ById, closed } from '../../platform/http/schemas.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import {
  ByProvider,
  CallbackBody,
  ConfirmationBody,
  PaymentBody,
  PaymentDetails,
  PaymentList,
  PaymentMethods,
  PaymentView,
} from './contract.ts';
import type { PaymentOperations } from './operations.ts';
import type { PaymentProvider, PaymentReader } from './ports.ts';
import { paymentDetails, paymentView } from './views.ts';

export type PaymentRoutesDeps = {
  readonly operations: PaymentOperations;
  readonly reader: PaymentReader;
  readonly provider: Pick<PaymentProvider, 'name'> | undefined;
};

const tags = ['Payments'];
const CALLBACK_BYTES_MAX = 16 * 1024;

export function paymentRoutes(server: HttpServer, deps: PaymentRoutesDeps): void {
  payRoute(server, deps.operations);
  readRoutes(server, deps);
  confirmRoute(server, deps.operations);
  callbackRoute(server, deps.operations);
}

function payRoute(server: HttpServer, { payReservation }: PaymentOperations): void {
  const pay = operationRoute(payReservation, { status: ({ repeated }) => (repeated ? 200 : 201) });
  server.post(
    '/v1/reservations/:id/payments',
    {
      config: operationConfig(payReservation),
      schema: {
        operationId: 'payReservation',
        summary: 'Pay a held reservation, with points or by card',
        description:
          'With points it becomes confirmed at once, and its tickets are issued. By card the answer says at which `checkoutUrl` the buyer pays; they come back to `returnUrl` with `paymentKey`, `orderId` and `amount`, which POST /v1/payments/{id}/confirmations takes, or with `code`. Asking again gives the payment that is open (200). After a declined card pay again with a new Idempotency-Key: a key is for one attempt.',
        tags,
        params: ById,
        body: PaymentBody,
        response: { 200: PaymentView, 201: PaymentView, default: Problem },
      },
    },
    (request, reply) =>
      pay(request, reply, { reservationId: request.params.id, origin: originOf(request), ...request.body }),
  );
}

function readRoutes(server: HttpServer, { reader, provider }: PaymentRoutesDeps): void {
  server.get(
    '/v1/payments/:id',
    {
      config: { access: ownerOf('the payment, or is a manager'), problems: ['payment_not_found'] },
      schema: {
        operationId: 'getPayment',
        summary: 'A payment, and how it came to be what it is',
        tags,
        params: ById,
        response: { 200: PaymentDetails, default: Problem },
      },
    },
    async (request, reply) => {
      const payment = await reader.find(request.params.id);
      return isVisible(payment, principalOf(request))
        ? paymentDetails(payment)
        : problemBody(reply, { ok: false, code: 'payment_not_found' });
    },
  );

  server.get(
    '/v1/reservations/:id/payments',
    {
      config: {
        access: ownerOf('the reservation, or is a manager'),
        problems: ['reservation_not_found'],
      },
      schema: {
        operationId: 'listReservationPayments',
        summary: 'The payments for a reservation, newest first',
        tags,
        params: ById,
        response: { 200: PaymentList, default: Problem },
      },
    },
    async (request, reply) => {
      const found = await reader.ofReservation(request.params.id);
      return isVisible(found, principalOf(request))
        ? { items: found.payments.map(paymentView) }
        : problemBody(reply, { ok: false, code: 'reservation_not_found' });
    },
  );

  server.get(
    '/v1/payment-methods',
    {
      config: { access: anyone },
      schema: {
        operationId: 'listPaymentMethods',
        summary: 'How one can pay here',
        tags,
        response: { 200: PaymentMethods, default: Problem },
      },
    },
    async () => ({
      methods: provider ? ['points' as const, 'card' as const] : ['points' as const],
      isSimulated: provider?.name === 'simulated',
    }),
  );
}

function confirmRoute(server: HttpServer, { confirmPayment }: PaymentOperations): void {
  const confirm = operationRoute(confirmPayment, { status: 200 });
  server.post(
    '/v1/payments/:id/confirmations',
    {
      config: operationConfig(confirmPayment),
      schema: {
        operationId: 'confirmPayment',
        summary: 'Let the provider take the money that the buyer has agreed to',
        description:
          'With what the provider added to `returnUrl`. Refused where too little of the hold is left; nothing is taken then. `unknown` in the answer: the provider has not said yet; ask GET /v1/payments/{id}. Repeating it takes nothing twice.',
        tags,
        params: ById,
        body: ConfirmationBody,
        response: { 200: PaymentView, default: Problem },
      },
    },
    (request, reply) => confirm(request, reply, { paymentId: request.params.id, ...request.body }),
  );
}

function callbackRoute(server: HttpServer, { receivePaymentCallback }: PaymentOperations): void {
  const receive = operationRoute(receivePaymentCallback, { status: 200 });
  server.post(
    '/v1/payments/callbacks/:provider',
    {
      bodyLimit: CALLBACK_BYTES_MAX,
      config: operationConfig(receivePaymentCallback),
      schema: {
        operationId: 'receivePaymentCallback',
        summary: 'For payment providers: something happened to a payment',
        description:
          'Nothing of the body is believed but which payment it names: the provider is asked by our own id of it. 200 once that is on record.',
        tags,
        params: ByProvider,
        body: CallbackBody,
        response: { 200: closed({}, { title: 'Received' }), default: Problem },
      },
    },
    (request, reply) => receive(request, reply, { provider: request.params.provider, body: request.body }),
  );
}

/** Whether it is there, and this person's or theirs to manage. */
function isVisible<T extends { readonly accountId: string }>(
  found: T | undefined,
  { accountId, roles }: Principal,
): found is T {
  return found !== undefined && (found.accountId === accountId || roles.has('manager'));
}

/** Our own origin, as who asks sees it. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
