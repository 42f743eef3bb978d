import type {
  BeginConfirmation,
  BeginOutcome,
  CardPayments,
  CardRequest,
  OpenOutcome,
  WaitingPayments,
} from '../../../modules/payments/index.ts';
import { decidePayable, QUESTION_INTERVAL_MS, refuseConfirmation } from '../../../modules/payments/index.ts';
import type { Database, Queryable } from '../database.ts';
import { appendEvents, type CommitNotice } from '../events/outbox.ts';
import { lockHolds } from './locked-holds.ts';
import {
  FIND_PAID,
  FIND_PAYMENT,
  PAYMENT_COLUMNS,
  type PaymentRow,
  toCardPayment,
  toPayment,
} from './payment-row.ts';
import { requestedEvent, type TicketMaking } from './selling.ts';
import { lockPayment, moveTo, settleLocked } from './settlement.ts';

/** Payments by card in PostgreSQL. Locks: the reservation with its seats, then the payment. */
export function createCardPayments(
  database: Database,
  hint: CommitNotice,
  tickets: TicketMaking,
): CardPayments {
  const committed = async <T>(work: (tx: Queryable) => Promise<T>): Promise<T> => {
    const result = await database.transaction(work);
    hint.committed();
    return result;
  };
  return {
    open: (request) => committed((tx) => openLocked(tx, tickets, request)),
    beginConfirmation: (request) => database.transaction((tx) => beginLocked(tx, request)),
    settle: (settlement) => committed((tx) => settleLocked(tx, tickets, settlement)),
    ...followedUp(database),

    async keepCheckout(paymentId, checkoutUrl) {
      await database.query(KEEP_CHECKOUT, [paymentId, checkoutUrl]);
    },
  };
}

type DueRow = PaymentRow & { attempts: number; hold_expires_at: Date | null };

type FollowedUp = Pick<CardPayments, 'noteCallback' | 'claimDue' | 'postpone' | 'waitingForOthers'>;

function followedUp(database: Database): FollowedUp {
  return {
    async noteCallback({ paymentId, provider, now }) {
      const rows = await database.query(NOTE_CALLBACK, [paymentId, provider, new Date(now)]);
      return rows.length > 0;
    },
    async claimDue({ now, followUpAt, limit }) {
      const rows = await database.query<DueRow>(CLAIM_DUE, [new Date(now), new Date(followUpAt), limit]);
      return rows.map((row) => ({
        ...toCardPayment(row, row.hold_expires_at),
        attempts: row.attempts,
        followUpAt,
      }));
    },
    async postpone({ paymentId, followUpAt, at, isAnswered, error = null }) {
      await database.query(POSTPONE, [paymentId, new Date(followUpAt), new Date(at), isAnswered, error]);
    },
    waitingForOthers: (provider) => database.query<WaitingPayments>(WAITING_FOR_OTHERS, [provider]),
  };
}

async function openLocked(tx: Queryable, tickets: TicketMaking, request: CardRequest): Promise<OpenOutcome> {
  const { purpose, now } = request;
  const holds = await lockHolds(tx, [purpose.id]);
  const situation = holds.situationOf(purpose.id);
  const decision = decidePayable(situation, request.accountId, now);
  if ('ok' in decision) return decision;
  const reservation = holds.reservations.get(purpose.id);
  if (!reservation) return { ok: false, code: 'reservation_not_found' };
  const isPaid = decision.kind === 'paid-already';
  const known = await findKnown(tx, isPaid, purpose.id, situation?.open?.id);
  const done = (row: PaymentRow, repeated: boolean): OpenOutcome => {
    const payment = toCardPayment(row, reservation.expires_at);
    return { ok: true, value: { payment, performanceId: reservation.performance_id, repeated } };
  };
  if (known) return done(known, true);
  if (isPaid) throw new Error(`reservation ${purpose.id} is confirmed without a payment`);
  if (reservation.amount > 0 && request.provider === undefined)
    return { ok: false, code: 'card_unavailable' };
  const row = await insertRequested(tx, {
    ...request,
    provider: reservation.amount > 0 ? request.provider : undefined,
    amount: reservation.amount,
    payableUntil: null,
    // When the hold lapses at the latest it is looked at again.
    followUpAt: reservation.expires_at,
  });
  const about = { occurredAt: now, trace: request.trace };
  await appendEvents(tx, [requestedEvent(toPayment(row), reservation, about)]);
  if (reservation.amount > 0) return done(row, false);
  const free = { kind: 'charged', amount: 0, currency: 'KRW' } as const;
  await settleLocked(tx, tickets, { paymentId: row.id, answer: free, now, trace: request.trace });
  return done({ ...row, status: 'succeeded' }, false);
}

/** The payment that has paid already, or that is open; most often there is none to read. */
async function findKnown(
  tx: Queryable,
  isPaid: boolean,
  reservationId: string,
  openId: string | undefined,
): Promise<PaymentRow | undefined> {
  if (isPaid) return (await tx.query<PaymentRow>(FIND_PAID, [[reservationId]]))[0];
  return openId === undefined ? undefined : (await tx.query<PaymentRow>(FIND_PAYMENT, [openId]))[0];
}

type NewPayment = Omit<CardRequest, 'trace'> & {
  readonly amount: number;
  readonly payableUntil: Date | null;
  readonly followUpAt: Date;
};

export async function insertRequested(tx: Queryable, payment: NewPayment): Promise<PaymentRow> {
  const { paymentId, purpose, accountId, amount, provider, returnUrl, now } = payment;
  const [row] = await tx.query<PaymentRow>(INSERT_REQUESTED, [
    paymentId,
    purpose.kind,
    purpose.id,
    accountId,
    amount,
    provider ?? null,
    returnUrl,
    new Date(now),
    payment.followUpAt,
    payment.payableUntil,
  ]);
  if (!row) throw new Error(`payment ${paymentId} was not written`);
  return row;
}

async function beginLocked(tx: Queryable, request: BeginConfirmation): Promise<BeginOutcome> {
  const { paymentId, accountId, now, leftMsMin } = request;
  const locked = await lockPayment(tx, paymentId, now);
  if (!locked || locked.row.account_id !== accountId) return { ok: false, code: 'payment_not_found' };
  const { standing, payableUntil } = locked;
  const payment = toCardPayment(locked.row, locked.reservation?.expires_at);
  if (payment.status !== 'requested') return { ok: true, value: { payment, begun: false } };
  // Nobody could be asked how it ends.
  if (payment.provider !== request.provider) return { ok: false, code: 'card_unavailable' };
  const refusal = refuseConfirmation({ payment, standing, payableUntil }, request, { now, leftMsMin });
  if (refusal) return refusal;
  const { providerKey } = request;
  await moveTo(tx, locked.row, { to: 'unknown', reason: 'confirming' }, now, request);
  return { ok: true, value: { payment: { ...payment, status: 'unknown', providerKey }, begun: true } };
}

const KEEP_CHECKOUT = {
  name: 'payment_keep_checkout',
  text: 'update payment set checkout_url = $2 where id = $1',
};

const INSERT_REQUESTED = {
  name: 'payment_insert_requested',
  text: `with stepped as (
      insert into payment_step (payment_id, status, reason, at) values ($1::uuid, 'requested', 'requested', $8::timestamptz))
    insert into payment as p (id, purpose, purpose_id, account_id, method, amount, status, reason, provider, return_url,
      created_at, updated_at, follow_up_at, payable_until)
    values ($1, $2, $3, $4, 'card', $5, 'requested', 'requested', $6, $7, $8, $8, $9, $10)
    returning ${PAYMENT_COLUMNS}`,
};

// However many callbacks come, questions to the provider keep their distance. The time always changes, so that the one
// who asks this very moment sees that something happened since.
const NOTE_CALLBACK = {
  name: 'payment_note_callback',
  text: `update payment set follow_up_at = least(follow_up_at - interval '1 millisecond',
      greatest(asked_at + interval '${QUESTION_INTERVAL_MS} milliseconds', $3::timestamptz))
    where id = $1 and provider = $2 and status in ('requested', 'unknown', 'failed', 'refunding')
    returning id`,
};

const CLAIM_DUE = {
  name: 'payment_claim_due',
  text: `with due as materialized (
      select id, purpose_id from payment where follow_up_at <= $1 order by follow_up_at limit $3 for update skip locked)
    update payment p set follow_up_at = $2, asked_at = $1, attempts = p.attempts + 1
    from due left join reservation r on r.id = due.purpose_id
    where p.id = due.id
    returning ${PAYMENT_COLUMNS}, p.attempts, r.expires_at as hold_expires_at`,
};

// A failed one was only looked at because its money may have come all the same.
const POSTPONE = {
  name: 'payment_postpone',
  text: `update payment set last_error = $5,
      follow_up_at = case when status = 'failed' and $4 then null else $3::timestamptz end
    where id = $1 and follow_up_at = $2`,
};

const WAITING_FOR_OTHERS = `select provider, count(*)::integer as payments from payment
  where follow_up_at is not null and provider is distinct from $1 group by provider order by provider`;
