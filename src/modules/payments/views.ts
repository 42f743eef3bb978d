import { krw } from '../../kernel/money.ts';
import type { PaymentView } from './contract.ts';
import type { Payment } from './ports.ts';

export function paymentView(payment: Payment): PaymentView {
  return {
    id: payment.id,
    reservationId: payment.purpose.id,
    status: payment.status,
    method: payment.method,
    amount: krw(payment.amount),
    createdAt: new Date(payment.createdAt).toISOString(),
  };
}
