import type { Clock } from '../../../kernel/clock.ts';
import type { Ids } from '../../../kernel/ids.ts';
import { type Lifecycle, repeating } from '../../../kernel/lifecycle.ts';
import type { Behaviour } from '../../../modules/payments/index.ts';
import type { Database, Queryable } from '../database.ts';

type CallbackStatus = 'IN_PROGRESS' | 'DONE' | 'CANCELED' | 'ABORTED';

/** A message of the simulated provider that is still to be sent. */
export type PlannedCallback = {
  readonly paymentId: string;
  readonly status: CallbackStatus;
  readonly delayMs: number;
};

const DUPLICATES = 5;
const REORDERED_MS = 1_000;

/** What the provider tells of a change, as somebody chose that it behaves. */
export function callbacksOf(
  paymentId: string,
  status: CallbackStatus,
  behaviour: Behaviour,
): readonly PlannedCallback[] {
  const one = (about: CallbackStatus, delayMs = 0) => ({ paymentId, status: about, delayMs });
  if (behaviour === 'duplicate') return Array.from({ length: DUPLICATES }, () => one(status));
  if (behaviour === 'reordered') return [one(status), one('IN_PROGRESS', REORDERED_MS)];
  return [one(status)];
}

/** Plans them in the transaction of what they tell of. */
export async function queueCallbacks(
  tx: Queryable,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  callbacks: readonly PlannedCallback[],
): Promise<void> {
  const now = clock.now();
  await tx.query(QUEUE, [
    callbacks.map(() => ids.next()),
    callbacks.map(({ paymentId }) => paymentId),
    callbacks.map(({ status }) => status),
    callbacks.map(({ delayMs }) => new Date(now + delayMs)),
  ]);
}

export type SenderOptions = {
  readonly database: Database;
  readonly clock: Clock;
  /** Where we listen, such as http://127.0.0.1:8080; while it throws nothing is sent. */
  readonly address: () => string;
  /** What is to happen at the provider meanwhile. */
  readonly carryOut: () => Promise<void>;
  readonly onError: (error: unknown) => void;
};

const INTERVAL_MS = 250;
const SENT_MAX = 50;
const ANSWER_MS_MAX = 5_000;

type CallbackRow = { id: string; payment_id: string; status: CallbackStatus };

/** Sends the simulated provider's callbacks over HTTP, each until it was answered with 200, as providers do. */
export function createCallbackSender(options: SenderOptions): Lifecycle {
  const { database, clock, carryOut, onError } = options;
  const send = async (): Promise<void> => {
    await carryOut();
    const now = new Date(clock.now());
    const rows = await database.query<CallbackRow>(DUE, [now, SENT_MAX]);
    for (const row of rows) {
      await post(options.address(), row);
      await database.query(SENT, [row.id, now]);
    }
  };
  return repeating('simulated-callbacks', send, { clock, everyMs: INTERVAL_MS, onError });
}

async function post(address: string, { id, payment_id: orderId, status }: CallbackRow): Promise<void> {
  const body = JSON.stringify({ eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId, status } });
  const answer = await fetch(`${address}/v1/payments/callbacks/simulated`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  if (answer.status !== 200) throw new Error(`callback ${id} was answered ${answer.status}`);
  await answer.arrayBuffer();
}

const QUEUE = {
  name: 'simulated_queue_callbacks',
  text: `insert into simulated_callback (id, payment_id, status, send_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])`,
};

const DUE = {
  name: 'simulated_due_callbacks',
  text: `select id, payment_id, status from simulated_callback
    where sent_at is null and send_at <= $1 order by send_at, id limit $2`,
};

const SENT = {
  name: 'simulated_callback_sent',
  text: 'update simulated_callback set sent_at = $2 where id = $1',
};
