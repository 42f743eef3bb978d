import { Type } from 'typebox';
import { ok } from '../../kernel/result.ts';
import { anyone, ownerOf } from '../../platform/auth/access.ts';
import { closed, Id } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation } from '../../platform/operations/operation.ts';
import type { CardService } from './card-service.ts';
import { ByProvider, CallbackBody, ConfirmationBody, PaymentBody } from './contract.ts';
import { describe, type PaymentsService } from './payments-service.ts';
import type { PaymentOutcomeValue } from './ports.ts';
import { paymentView } from './views.ts';

/** A payment by card is opened before its provider is asked where it is paid: what is answered is stored after both. */
type PayValue = PaymentOutcomeValue & { readonly isUnsaved?: true };

export type PaymentOperations = ReturnType<typeof paymentOperations>;

/** Payments are turned away last, and never wait in the request queue. */
const FIRST = { queueable: false, priority: 'high' } as const;

const CONFIRMATION_PROBLEMS = [
  'payment_not_found',
  'payment_mismatch',
  'hold_expired',
  'checkout_expired',
  'reservation_not_payable',
  'card_unavailable',
];

/** The writes of payments. */
export function paymentOperations(
  payments: Pick<PaymentsService, 'payWithPoints'>,
  cards: CardService,
  onDecided: ((outcome: string) => void) | undefined,
) {
  return {
    payReservation: defineOperation({
      operationId: 'payReservation',
      input: closed({
        reservationId: Id,
        // Our own, as the buyer sees it.
        origin: Type.String(),
        ...PaymentBody.properties,
      }),
      access: ownerOf('the reservation'),
      idempotent: true,
      ...FIRST,
      problems: [
        'reservation_not_found',
        'reservation_not_payable',
        'hold_expired',
        'points_insufficient',
        'payment_in_progress',
        'card_unavailable',
        'return_url_invalid',
      ],
      async run(context, { reservationId, origin, method, returnUrl }) {
        const { key, trace } = context;
        const command = { reservationId, accountId: accountOf(context).accountId, trace };
        if (method === 'points') return payments.payWithPoints({ ...command, key });
        const outcome = await cards.request({ ...command, origin, returnUrl });
        onDecided?.(describe(outcome));
        return outcome.ok ? ok<PayValue>({ ...outcome.value, isUnsaved: true }) : outcome;
      },
      savesResult: ({ isUnsaved }: PayValue) => isUnsaved !== true,
      present: ({ payment }: PayValue) => paymentView(payment),
    }),
    confirmPayment: defineOperation({
      operationId: 'confirmPayment',
      input: closed({ paymentId: Id, ...ConfirmationBody.properties }),
      access: ownerOf('the payment'),
      idempotent: true,
      ...FIRST,
      savesResult: () => false,
      problems: CONFIRMATION_PROBLEMS,
      run(context, { amount, ...input }) {
        const won = typeof amount === 'number' ? amount : amount.amount;
        return cards.confirm({ ...input, amount: won, accountId: accountOf(context).accountId });
      },
      present: paymentView,
    }),
    receivePaymentCallback: defineOperation({
      operationId: 'receivePaymentCallback',
      input: closed({ ...ByProvider.properties, body: CallbackBody }),
      access: anyone,
      idempotent: false,
      ...FIRST,
      problems: ['provider_unknown'],
      run: (_context, input) => cards.hearCallback(input),
      present: () => ({}),
    }),
  };
}
