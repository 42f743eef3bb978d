import type { Clock } from '../../../kernel/clock.ts';
import { DeadlineFault } from '../../../kernel/faults.ts';
import type { Ids } from '../../../kernel/ids.ts';
import {
  type Behaviour,
  orderIdOfCallback,
  type PaymentProvider,
  type ProviderAnswer,
  type ProviderCharge,
  type SimulatedCheckout,
} from '../../../modules/payments/index.ts';
import type { Database, Queryable } from '../database.ts';
import { callbacksOf, queueCallbacks } from './simulated-callbacks.ts';

/** How long a `delay` takes. */
const DELAY_MS = 2_000;
/** How long after the hold a `late` charge comes. */
const LATE_MS = 1_000;
/** A buyer who has not paid by so long after the hold cannot any more. */
const AUTHORIZATION_MS = 5_000;

type ChargeRow = {
  amount: number;
  charged_amount: number;
  status: 'ready' | 'authorized' | 'charging' | 'charged' | 'refused' | 'refunded';
  behaviour: Behaviour;
  payment_key: string;
  return_url: string;
  expires_at: Date;
};

type Parts = { readonly database: Database; readonly clock: Clock; readonly ids: Ids };

/**
 * A provider that takes no money. It behaves as one beyond the network would: its books (`simulated_charge`) are
 * written in transactions of its own, before it answers or instead of it, and outlive us.
 */
export function createSimulatedProvider(parts: Parts): PaymentProvider & SimulatedCheckout {
  const { database, clock, ids } = parts;
  const read = (paymentId: string) => readCharge(parts, paymentId);
  return {
    name: 'simulated',

    async create({ paymentId, amount, returnUrl, origin, expiresAt }) {
      const lapsesAt = new Date(expiresAt ?? clock.now());
      await database.query(CREATE, [paymentId, amount, `sim_${ids.next()}`, returnUrl, lapsesAt]);
      // The buyer comes by the address that they know us by, also where a proxy speaks HTTPS for us.
      const back = new URL(returnUrl);
      const ours = back.host === new URL(origin).host ? back.origin : origin;
      return { checkoutUrl: `${ours}/checkout/${paymentId}` };
    },

    async confirm(charge, signal) {
      const row = await read(charge.paymentId);
      if (row?.payment_key !== charge.providerKey || row.amount !== charge.amount)
        return { kind: 'refused', reason: 'order_unknown' };
      if (row.status === 'authorized') await takeMoney(parts, charge, row, signal);
      return answerOf(await read(charge.paymentId), clock.now());
    },

    async refund({ paymentId }) {
      await database.transaction(async (tx) => {
        const rows = await tx.query(REFUND, [paymentId]);
        if (rows.length > 0) await queueCallbacks(tx, parts, callbacksOf(paymentId, 'CANCELED', 'normal'));
      });
      const row = await read(paymentId);
      return row?.status === 'refunded' ? { kind: 'refunded' } : answerOf(row, clock.now());
    },

    ask: async ({ paymentId }) => answerOf(await read(paymentId), clock.now()),

    readCallback: orderIdOfCallback,

    async find(paymentId) {
      const row = await read(paymentId);
      return (
        row && {
          amount: row.amount,
          isOpen: row.status === 'ready' && row.expires_at.getTime() > clock.now(),
        }
      );
    },

    async decide(paymentId, { decision, behaviour }) {
      const row = await read(paymentId);
      if (!row || row.expires_at.getTime() <= clock.now()) return undefined;
      if (decision === 'leave') return backTo(row, { code: 'PAY_PROCESS_CANCELED', orderId: paymentId });
      const status = decision === 'pay' ? 'authorized' : 'refused';
      const isDecided = await database.transaction(async (tx) => {
        const rows = await tx.query(DECIDE, [paymentId, status, behaviour]);
        if (status === 'refused' && rows.length > 0)
          await queueCallbacks(tx, parts, callbacksOf(paymentId, 'ABORTED', 'normal'));
        return rows.length > 0;
      });
      if (!isDecided && row.status !== status) return undefined;
      if (status === 'refused') return backTo(row, { code: 'REJECT_CARD_COMPANY', orderId: paymentId });
      const { payment_key: paymentKey, amount } = row;
      return backTo(row, { paymentKey, orderId: paymentId, amount: String(amount) });
    },
  };
}

async function readCharge(parts: Parts, paymentId: string): Promise<ChargeRow | undefined> {
  const [row] = await parts.database.query<ChargeRow>(FIND, [paymentId]);
  if (row?.status !== 'charging') return row;
  // Its time may have come.
  await chargeDue(parts);
  const [charged] = await parts.database.query<ChargeRow>(FIND, [paymentId]);
  return charged;
}

function backTo({ return_url }: ChargeRow, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(return_url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

async function takeMoney(
  parts: Parts,
  { paymentId }: ProviderCharge,
  { amount, behaviour, expires_at }: ChargeRow,
  signal: AbortSignal,
): Promise<void> {
  const { database, clock } = parts;
  await database.transaction(async (tx) => {
    if (behaviour === 'late' || behaviour === 'delay') {
      const chargeAt = behaviour === 'late' ? expires_at.getTime() + LATE_MS : clock.now() + DELAY_MS;
      await tx.query(CHARGE_LATER, [paymentId, new Date(chargeAt)]);
    } else if (behaviour === 'decline') {
      await tx.query(DECLINE, [paymentId]);
      await queueCallbacks(tx, parts, callbacksOf(paymentId, 'ABORTED', behaviour));
    } else {
      await chargeOnce(tx, parts, paymentId, behaviour === 'other-amount' ? amount - 1 : amount);
    }
  });
  if (behaviour === 'delay') await pause(clock, DELAY_MS, signal);
  if (behaviour === 'timeout' || behaviour === 'late') await never(signal);
}

/** Takes money, once: only of what is authorized or on its way. */
async function chargeOnce(tx: Queryable, parts: Parts, paymentId: string, amount: number): Promise<void> {
  const [row] = await tx.query<{ behaviour: Behaviour }>(CHARGE, [paymentId, amount]);
  if (row) await queueCallbacks(tx, parts, callbacksOf(paymentId, 'DONE', row.behaviour));
}

/** Carries out charges that were to come later, and whose time has come. */
export async function chargeDue(parts: Parts): Promise<void> {
  const due = await parts.database.query<{ payment_id: string; amount: number }>(DUE, [
    new Date(parts.clock.now()),
  ]);
  for (const { payment_id, amount } of due)
    await parts.database.transaction((tx) => chargeOnce(tx, parts, payment_id, amount));
}

function answerOf(row: ChargeRow | undefined, now: number): ProviderAnswer {
  if (!row) return { kind: 'pending' };
  const { status, charged_amount: amount } = row;
  if (status === 'charged') return { kind: 'charged', amount, currency: 'KRW' };
  if (status === 'refunded') return { kind: 'refunded' };
  if (status === 'refused') return { kind: 'refused', reason: 'card_declined' };
  if (status === 'charging') return { kind: 'pending' };
  // What has not been charged by then is not charged any more.
  if (row.expires_at.getTime() + AUTHORIZATION_MS <= now) return { kind: 'refused', reason: 'expired' };
  return { kind: status === 'authorized' ? 'authorized' : 'pending' };
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      reject(new DeadlineFault('nobody waits any more'));
    });
  });
}

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(new DeadlineFault('nobody waits any more'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}

const COLUMNS = 'amount, charged_amount, status, behaviour, payment_key, return_url, expires_at';

const FIND = {
  name: 'simulated_find',
  text: `select ${COLUMNS} from simulated_charge where payment_id = $1`,
};

const CREATE = {
  name: 'simulated_create',
  text: `insert into simulated_charge (payment_id, amount, status, payment_key, return_url, expires_at)
    values ($1, $2, 'ready', $3, $4, $5) on conflict do nothing`,
};

const DECIDE = {
  name: 'simulated_decide',
  text: `update simulated_charge set status = $2, behaviour = $3 where payment_id = $1 and status = 'ready' returning payment_id`,
};

const DECLINE = {
  name: 'simulated_decline',
  text: `update simulated_charge set status = 'refused' where payment_id = $1 and status = 'authorized'`,
};

const CHARGE = {
  name: 'simulated_charge',
  text: `update simulated_charge set status = 'charged', charged_amount = charged_amount + $2
    where payment_id = $1 and status in ('authorized', 'charging') returning behaviour`,
};

const CHARGE_LATER = {
  name: 'simulated_charge_later',
  text: `update simulated_charge set status = 'charging', charge_at = $2 where payment_id = $1 and status = 'authorized'`,
};

const DUE = {
  name: 'simulated_due',
  text: `select payment_id, amount from simulated_charge where status = 'charging' and charge_at <= $1 limit 100`,
};

const REFUND = {
  name: 'simulated_refund',
  text: `update simulated_charge set status = 'refunded', refunded_amount = refunded_amount + charged_amount
    where payment_id = $1 and status = 'charged' returning payment_id`,
};
