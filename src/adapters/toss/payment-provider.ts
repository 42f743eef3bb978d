import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import {
  orderIdOfCallback,
  type PaymentProvider,
  type ProviderAnswer,
  type ProviderCharge,
} from '../../modules/payments/index.ts';
import { createGuardedCalls } from '../http/guarded-calls.ts';

export type TossOptions = {
  /** Such as https://api.tosspayments.com. */
  readonly url: string;
  readonly secretKey: string;
  /** How long one attempt may take; a call has as many as fit into its time. */
  readonly attemptMs: number;
};

/** What a payment is called on the provider's page. */
const ORDER_NAME = '공연 티켓';

/** Refusals of a card, as opposed to everything else that a provider may say. */
const DECLINED = /^(?:REJECT_|EXCEED_|INVALID_(?:REJECT_)?CARD|NOT_(?:ENOUGH|SUPPORTED|AVAILABLE))/;
/** Nothing that is the buyer's: the payment stays what it is. */
const OURS =
  /^(?:UNAUTHORIZED|INVALID_API_KEY|FORBIDDEN_REQUEST|INCORRECT_BASIC_AUTH|IDEMPOTENT_REQUEST|INVALID_IDEMPOTENCY)/;

/**
 * Toss Payments, as its public reference of the core API describes it (https://docs.tosspayments.com/reference): create,
 * confirm, cancel, and questions by our own order id. Calls that write carry an Idempotency-Key, so that an attempt
 * whose answer was lost is repeated; attempts are bounded in time, and behind a breaker.
 */
export function createTossProvider(options: TossOptions): PaymentProvider {
  const send = createSender(options);
  const ask = async (paymentId: string, signal: AbortSignal): Promise<TossAnswer> =>
    send({ path: `/v1/payments/orders/${paymentId}`, signal });

  return {
    name: 'toss',

    async create({ paymentId: orderId, amount, returnUrl }, signal) {
      const body = {
        method: 'CARD',
        amount,
        orderId,
        orderName: ORDER_NAME,
        successUrl: returnUrl,
        failUrl: returnUrl,
      };
      const { status, json } = await send({ path: '/v1/payments', body, key: `${orderId}-create`, signal });
      const url = json.checkout?.url;
      if (status !== 200 || url === undefined) throw refused('create', json);
      return { checkoutUrl: url };
    },

    async confirm({ paymentId: orderId, providerKey: paymentKey, amount }, signal) {
      const body = { paymentKey, orderId, amount };
      const { status, json } = await send({ path: '/v1/payments/confirm', body, key: orderId, signal });
      if (status === 200) return answerOf(json);
      if (OURS.test(json.code ?? '')) throw refused('confirm', json);
      // Whatever the reason, such as that it is done already: what counts is how the payment stands.
      const asked = await ask(orderId, signal);
      const now = asked.status === 200 ? answerOf(asked.json) : undefined;
      return now?.kind === 'charged' || now?.kind === 'refunded'
        ? now
        : { kind: 'refused', reason: reasonOf(json.code) };
    },

    async refund(charge, signal) {
      const paymentKey = charge.providerKey ?? (await keyOf(charge, signal));
      const body = { cancelReason: charge.reason ?? 'refund' };
      const path = `/v1/payments/${encodeURIComponent(paymentKey)}/cancel`;
      const { paymentId, attemptId } = charge;
      const key = attemptId === undefined ? `${paymentId}-refund` : `${paymentId}-refund-${attemptId}`;
      const { status, json } = await send({ path, body, key, signal });
      if (status === 200) return answerOf(json);
      if (json.code === 'ALREADY_CANCELED_PAYMENT') return { kind: 'refunded' };
      throw refused('cancel', json);
    },

    async ask({ paymentId }, signal) {
      const { status, json } = await ask(paymentId, signal);
      if (status === 200) return answerOf(json);
      // Before a buyer has chosen how to pay there may be nothing.
      if (status === 404) return { kind: 'pending' };
      throw refused('ask', json);
    },

    readCallback: orderIdOfCallback,
  };

  async function keyOf({ paymentId }: ProviderCharge, signal: AbortSignal): Promise<string> {
    const { json } = await ask(paymentId, signal);
    if (json.paymentKey === undefined) throw refused('ask', json);
    return json.paymentKey;
  }
}

/** What is read of a Payment, or of an error: https://docs.tosspayments.com/reference#payment-객체. */
type TossJson = {
  readonly paymentKey?: string;
  readonly status?: string;
  readonly totalAmount?: number;
  readonly balanceAmount?: number;
  readonly currency?: string;
  readonly checkout?: { readonly url?: string } | null;
  readonly failure?: { readonly code?: string } | null;
  readonly code?: string;
};

type TossAnswer = { readonly status: number; readonly json: TossJson };

type Call = {
  readonly path: string;
  /** A POST with a key; without one a GET. */
  readonly body?: object;
  readonly key?: string;
  readonly signal: AbortSignal;
};

function createSender({ url, secretKey, attemptMs }: TossOptions): (call: Call) => Promise<TossAnswer> {
  const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;
  const call = createGuardedCalls({ dependency: 'toss', name: 'Toss Payments', attemptMs });
  return ({ path, body, key, signal }) =>
    call(
      (ofAttempt) =>
        attempt(url + path, {
          method: body ? 'POST' : 'GET',
          headers: {
            authorization,
            ...(body ? { 'content-type': 'application/json' } : {}),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
          signal: ofAttempt,
        }),
      signal,
    );
}

async function attempt(url: string, init: RequestInit): Promise<TossAnswer> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, init);
    text = await answer.text();
  } catch (cause) {
    throw new UnavailableFault('toss', 'Toss Payments cannot be reached', { cause });
  }
  if (answer.status >= 500 || answer.status === 429)
    throw new UnavailableFault('toss', `Toss Payments answered ${answer.status}`);
  return { status: answer.status, json: parse(text) };
}

function parse(text: string): TossJson {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function answerOf({
  status,
  totalAmount = 0,
  balanceAmount,
  currency = '',
  failure,
}: TossJson): ProviderAnswer {
  if (status === 'DONE') return { kind: 'charged', amount: totalAmount, currency };
  // Somebody gave a part of it back by hand: what is left is not what was to be paid.
  if (status === 'PARTIAL_CANCELED') return { kind: 'charged', amount: balanceAmount ?? 0, currency };
  if (status === 'CANCELED') return { kind: 'refunded' };
  if (status === 'ABORTED' || status === 'EXPIRED')
    return { kind: 'refused', reason: reasonOf(failure?.code ?? status) };
  return { kind: status === 'IN_PROGRESS' ? 'authorized' : 'pending' };
}

function reasonOf(code: string | undefined): string {
  if (code === undefined) return 'refused';
  return DECLINED.test(code) ? 'card_declined' : code.toLowerCase();
}

function refused(what: string, { code = 'no code' }: TossJson): Fault {
  return new Fault('payment_provider_refused', `Toss Payments refused ${what}: ${code}`);
}
