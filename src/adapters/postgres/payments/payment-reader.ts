import type { PaymentProgress, PaymentReader, PaymentStep } from '../../../modules/payments/index.ts';
import type { Queryable } from '../database.ts';
import { FIND_PAYMENT, PAYMENT_COLUMNS, type PaymentRow, toPayment } from './payment-row.ts';
import { GIVEN_UP } from './refused-refunds.ts';

/** Payments as they are committed. */
export function createPaymentReader(database: Queryable): PaymentReader {
  return {
    async find(paymentId) {
      const [row] = await database.query<PaymentRow>(FIND_PAYMENT, [paymentId]);
      if (!row) return undefined;
      const steps = await database.query<StepRow>(STEPS, [paymentId]);
      return { ...toPayment(row), steps: steps.map(toStep) };
    },
    async progress(reservationId) {
      const rows = await database.query<ProgressRow>(PROGRESS, [reservationId]);
      return rows.map(({ updated_at, last_error: error, ...row }) => {
        return { ...row, error, updatedAt: updated_at.getTime() };
      });
    },
    async ofReservation(reservationId) {
      const [reservation] = await database.query<{ account_id: string }>(OWNER, [reservationId]);
      if (!reservation) return undefined;
      const accountId = reservation.account_id;
      const rows = await database.query<PaymentRow>(OF_RESERVATION, [accountId, reservationId]);
      return { accountId, payments: rows.map(toPayment) };
    },
  };
}

type StepRow = { status: PaymentStep['to']; reason: string; at: Date };

function toStep({ status: to, reason, at }: StepRow) {
  return { to, reason, at: at.getTime() };
}

type ProgressRow = Omit<PaymentProgress, 'updatedAt' | 'error'> & {
  updated_at: Date;
  last_error: string | null;
};

// By the account, as below.
const PROGRESS = {
  name: 'payment_progress',
  text: `select p.id, p.method, p.status, p.reason, p.attempts, p.last_error, p.updated_at,
      p.status = 'refunding' and p.${GIVEN_UP} as "isGivenUp"
    from reservation r join payment p on p.account_id = r.account_id and p.purpose = 'reservation' and p.purpose_id = r.id
    where r.id = $1 order by p.id`,
};

const STEPS = {
  name: 'payment_steps',
  text: `select status, reason, at from payment_step where payment_id = $1
    order by at, array_position(array['requested', 'unknown', 'succeeded', 'failed', 'refunding', 'refunded'], status)`,
};

const OWNER = { name: 'payment_owner', text: 'select account_id from reservation where id = $1' };

// By the account: of one person's payments there are few, and they have an index.
const OF_RESERVATION = {
  name: 'payment_of_reservation',
  text: `select ${PAYMENT_COLUMNS} from payment p
    where p.account_id = $1 and p.purpose = 'reservation' and p.purpose_id = $2
    order by p.id desc`,
};
