/**
 * A server that behaves as the public reference of Toss Payments' core API says (https://docs.tosspayments.com/reference),
 * as far as we use it: Basic authentication, create, confirm, cancel, questions by order id, idempotency keys. It never
 * saw the real one.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type TossPayment = {
  paymentKey: string;
  orderId: string;
  status: 'READY' | 'IN_PROGRESS' | 'DONE' | 'CANCELED' | 'ABORTED' | 'EXPIRED';
  totalAmount: number;
  balanceAmount: number;
  currency: string;
  checkout: { url: string };
  failure: { code: string; message: string } | null;
  successUrl: string;
  failUrl: string;
};

type Answer = { readonly status: number; readonly body: object };
/** What goes wrong with the next call of a path: before it has an effect, or after it. */
type Trouble = { readonly path: RegExp; readonly what: 'error' | 'cut' | 'cut-after' | 'hang-after' };

const SECRET = 'test_sk_of_the_stand_in';

export class TossStandIn {
  readonly secretKey = SECRET;
  url = '';
  readonly payments = new Map<string, TossPayment>();
  /** Method and path of every call, in order. */
  readonly calls: string[] = [];
  /** Money that was taken, and given back, by order. */
  readonly charged = new Map<string, number>();
  readonly refunded = new Map<string, number>();
  /** Orders whose money it does not give back. */
  readonly withheld = new Set<string>();
  readonly #answers = new Map<string, Answer>();
  readonly #troubles: Trouble[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async open(): Promise<TossStandIn> {
    const standIn = new TossStandIn();
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    standIn.url = `http://127.0.0.1:${(standIn.#server.address() as AddressInfo).port}`;
    return standIn;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The next calls of this path meet this, one each. */
  trouble(path: RegExp, ...what: readonly Trouble['what'][]): void {
    this.#troubles.push(...what.map((one) => ({ path, what: one })));
  }

  /** The buyer agrees on the provider's page. @returns where they are sent */
  authorize(orderId: string): URL {
    const payment = this.#of(orderId);
    payment.status = 'IN_PROGRESS';
    const url = new URL(payment.successUrl);
    url.searchParams.set('paymentKey', payment.paymentKey);
    url.searchParams.set('orderId', orderId);
    url.searchParams.set('amount', String(payment.totalAmount));
    return url;
  }

  /** The buyer's card is refused when the money is to be taken. */
  declineNext(orderId: string): void {
    this.#of(orderId).failure = { code: 'REJECT_CARD_PAYMENT', message: '한도초과 혹은 잔액부족' };
  }

  /** It takes another amount than it was asked for. */
  chargeOther(orderId: string, amount: number, currency = 'KRW'): void {
    const charged = { status: 'DONE', totalAmount: amount, balanceAmount: amount, currency };
    Object.assign(this.#of(orderId), charged);
    this.charged.set(orderId, amount);
  }

  #of(orderId: string): TossPayment {
    const payment = this.payments.get(orderId);
    if (!payment) throw new Error(`there is no order ${orderId}`);
    return payment;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    this.calls.push(`${method} ${path}`);
    const body = await text(request);
    const at = this.#troubles.findIndex((trouble) => trouble.path.test(path));
    const trouble = at < 0 ? undefined : this.#troubles.splice(at, 1)[0]?.what;
    if (trouble === 'cut') return void request.socket.destroy();
    if (trouble === 'error') return send(response, refusal(500, 'FAILED_INTERNAL_SYSTEM_PROCESSING'));
    const answer = this.#once(`${method} ${path} ${String(headers['idempotency-key'])}`, headers, () =>
      this.#answer(method, path, body),
    );
    if (trouble === 'cut-after') return void request.socket.destroy();
    if (trouble !== 'hang-after') send(response, answer);
  }

  /** The same answer to the same key, as the reference promises for fifteen days. */
  #once(key: string, headers: IncomingMessage['headers'], run: () => Answer): Answer {
    const expected = `Basic ${Buffer.from(`${SECRET}:`).toString('base64')}`;
    if (headers.authorization !== expected) return refusal(401, 'UNAUTHORIZED_KEY');
    if (headers['idempotency-key'] === undefined) return run();
    const answer = this.#answers.get(key) ?? run();
    this.#answers.set(key, answer);
    return answer;
  }

  #answer(method: string, path: string, body: string): Answer {
    const order = /^\/v1\/payments\/orders\/([^/]+)$/.exec(path)?.[1];
    if (method === 'GET' && order !== undefined) {
      const payment = this.payments.get(order);
      return payment ? { status: 200, body: payment } : refusal(404, 'NOT_FOUND_PAYMENT');
    }
    const input = JSON.parse(body) as Record<string, never>;
    if (path === '/v1/payments') return this.#create(input);
    if (path === '/v1/payments/confirm') return this.#confirm(input);
    const key = /^\/v1\/payments\/([^/]+)\/cancel$/.exec(path)?.[1];
    return key === undefined ? refusal(404, 'NOT_FOUND') : this.#cancel(decodeURIComponent(key));
  }

  #create(input: { orderId?: string; amount?: number; successUrl?: string; failUrl?: string }): Answer {
    const { orderId = '', amount = 0, successUrl = '', failUrl = '' } = input;
    const paymentKey = `tviva${randomUUID()}`;
    const payment: TossPayment = {
      paymentKey,
      orderId,
      status: 'READY',
      totalAmount: amount,
      balanceAmount: amount,
      currency: 'KRW',
      checkout: { url: `${this.url}/v1/payments/${paymentKey}/checkout` },
      failure: null,
      successUrl,
      failUrl,
    };
    this.payments.set(orderId, payment);
    return { status: 200, body: { ...payment } };
  }

  #confirm(input: { paymentKey?: string; orderId?: string; amount?: number }): Answer {
    const payment = this.payments.get(input.orderId ?? '');
    if (!payment || payment.paymentKey !== input.paymentKey) return refusal(404, 'NOT_FOUND_PAYMENT_SESSION');
    if (payment.status === 'DONE') return refusal(400, 'ALREADY_PROCESSED_PAYMENT');
    if (payment.status !== 'IN_PROGRESS' || payment.totalAmount !== input.amount)
      return refusal(400, 'INVALID_REQUEST');
    if (payment.failure) {
      payment.status = 'ABORTED';
      return refusal(403, payment.failure.code);
    }
    payment.status = 'DONE';
    this.charged.set(payment.orderId, (this.charged.get(payment.orderId) ?? 0) + payment.totalAmount);
    return { status: 200, body: { ...payment } };
  }

  #cancel(paymentKey: string): Answer {
    const payment = [...this.payments.values()].find((one) => one.paymentKey === paymentKey);
    if (!payment) return refusal(404, 'NOT_FOUND_PAYMENT');
    if (payment.status === 'CANCELED') return refusal(400, 'ALREADY_CANCELED_PAYMENT');
    if (payment.status !== 'DONE' || this.withheld.has(payment.orderId))
      return refusal(400, 'NOT_CANCELABLE_PAYMENT');
    payment.status = 'CANCELED';
    this.refunded.set(payment.orderId, payment.totalAmount);
    payment.balanceAmount = 0;
    return { status: 200, body: { ...payment } };
  }
}

function refusal(status: number, code: string): Answer {
  return { status, body: { code, message: code } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
