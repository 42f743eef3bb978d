import { ownerOf } from '../../platform/auth/access.ts';
import { accountOf, defineOperation, type Operation } from '../../platform/operations/operation.ts';
import type { PaymentsService } from './payments-service.ts';
import { paymentView } from './views.ts';

export type PayInput = { readonly reservationId: string };

export type PaymentOperations = ReturnType<typeof paymentOperations>;

/** The writes of payments. */
export function paymentOperations(payments: PaymentsService) {
  return {
    payReservation: defineOperation({
      kind: 'payReservation',
      access: ownerOf('the reservation'),
      idempotent: true,
      problems: ['reservation_not_found', 'reservation_not_payable', 'hold_expired', 'points_insufficient'],
      run(operation: Operation<PayInput>) {
        const { input, key, trace } = operation;
        return payments.payWithPoints({ ...input, accountId: accountOf(operation).accountId, key, trace });
      },
      present: ({ payment }) => paymentView(payment),
    }),
  };
}
