import type { CardPayment, Payment } from '../../../modules/payments/index.ts';

/** A row of `payment`, as the driver gives it. */
export type PaymentRow = {
  id: string;
  purpose: Payment['purpose']['kind'];
  purpose_id: string;
  account_id: string;
  method: Payment['method'];
  amount: number;
  status: Payment['status'];
  reason: string | null;
  provider: string | null;
  provider_key: string | null;
  checkout_url: string | null;
  return_url: string | null;
  payable_until: Date | null;
  created_at: Date;
};

/** The columns of `PaymentRow`, for select lists over `payment p`. */
export const PAYMENT_COLUMNS = `p.id, p.purpose, p.purpose_id, p.account_id, p.method, p.amount, p.status, p.reason,
  p.provider, p.provider_key, p.checkout_url, p.return_url, p.payable_until, p.created_at`;

export const FIND_PAYMENT = {
  name: 'payment_find',
  text: `select ${PAYMENT_COLUMNS} from payment p where p.id = $1`,
};

/** The payments that have paid for these reservations. */
export const FIND_PAID = {
  name: 'payment_find_paid',
  text: `select ${PAYMENT_COLUMNS} from payment p
    where p.purpose = 'reservation' and p.purpose_id = any($1::uuid[]) and p.status = 'succeeded' and p.paid_at is not null`,
};

export function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    purpose: { kind: row.purpose, id: row.purpose_id },
    accountId: row.account_id,
    method: row.method,
    amount: row.amount,
    status: row.status,
    reason: row.reason,
    checkoutUrl: row.checkout_url,
    createdAt: row.created_at.getTime(),
  };
}

/** @param holdExpiresAt of what it pays for, where that is a hold */
export function toCardPayment(row: PaymentRow, holdExpiresAt?: Date | null): CardPayment {
  return {
    ...toPayment(row),
    provider: row.provider,
    providerKey: row.provider_key,
    returnUrl: row.return_url,
    payableUntil: (row.payable_until ?? holdExpiresAt)?.getTime() ?? null,
  };
}
