import { krw } from '../../kernel/money.ts';
import type { PaymentDetails, PaymentView } from './contract.ts';
import type { Payment, PaymentWithSteps } from './ports.ts';

export function paymentView(payment: Payment): PaymentView {
  return {
    id: payment.id,
    purpose: payment.purpose.kind,
    reservationId: payment.purpose.kind === 'reservation' ? payment.purpose.id : null,
    status: payment.status,
    reason: payment.reason,
    method: payment.method,
    amount: krw(payment.amount),
    checkoutUrl: payment.checkoutUrl,
    createdAt: new Date(payment.createdAt).toISOString(),
  };
}

export function paymentDetails({ steps, ...payment }: PaymentWithSteps): PaymentDetails {
  return {
    ...paymentView(payment),
    steps: steps.map(({ to, reason, at }) => ({ status: to, reason, at: new Date(at).toISOString() })),
  };
}
