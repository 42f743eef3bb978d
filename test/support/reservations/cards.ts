import assert from 'node:assert/strict';
import type { Behaviour } from '../../../src/modules/payments/index.ts';
import type { ApiClient, From } from '../../../traffic/api-client.ts';
import { type ApiRequest, requestOf } from '../../../traffic/requests.ts';
import { won } from '../catalogue.ts';
import { until } from '../until.ts';
import type { Person, Reply } from '../waiting-room/test-app.ts';
import type { Shop } from './shop.ts';

export type Back = { readonly paymentKey: string; readonly orderId: string; readonly amount: number };

/** What a provider put into the address that it sends a buyer to. */
export function backIn({ searchParams }: URL): Back {
  return {
    paymentKey: searchParams.get('paymentKey') ?? '',
    orderId: searchParams.get('orderId') ?? '',
    amount: Number(searchParams.get('amount')),
  };
}

/** All steps of a payment over sockets; the process may die at any of them. */
export async function buyByCard(
  client: ApiClient,
  from: From,
  pay: ApiRequest<{ readonly id: string }>,
  behaviour: Behaviour = 'normal',
): Promise<void> {
  const { id } = await client.ask(pay, from);
  const decided = { decision: 'pay', behaviour };
  const path = `POST /v1/simulated-checkouts/${id}/decisions`;
  const { redirectUrl } = await client.ask(requestOf<{ redirectUrl: string }>(path, decided), from);
  const confirmation = backIn(new URL(redirectUrl));
  await client.ask(requestOf(`POST /v1/payments/${id}/confirmations`, confirmation), from);
}

/** What the simulated provider did with somebody's money. */
export type Book = { charged_amount: number; refunded_amount: number; status: string };

/** Paying by card at a shop, step by step as a page does it. */
export class Cards {
  readonly #shop: Shop;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  request(person: Person, reservationId: string, more: object = {}, headers = {}): Promise<Reply> {
    return this.#shop.testApp.call(person, `POST /v1/reservations/${reservationId}/payments`, {
      body: { method: 'card', ...more },
      headers,
    });
  }

  /** Points by card. */
  charge(person: Person, amount: number, more: object = {}, headers = {}): Promise<Reply> {
    return this.#shop.testApp.call(person, 'POST /v1/points/charges', {
      body: { amount: won(amount), method: 'card', ...more },
      headers,
    });
  }

  /** All steps of buying points. @returns the payment's id and the answer to the confirmation */
  async buyPoints(person: Person, amount: number, behaviour: Behaviour = 'normal') {
    const { status, body } = await this.charge(person, amount);
    assert.equal(status, 201, JSON.stringify(body));
    const paymentId: string = body['id'];
    const answer = await this.confirm(person, paymentId, await this.agree(person, paymentId, behaviour));
    return { paymentId, answer };
  }

  /** The id of a payment that was asked for just now. */
  async requested(person: Person, reservationId: string): Promise<string> {
    const { status, body } = await this.request(person, reservationId);
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(body['status'], 'requested');
    return body['id'];
  }

  /** What a buyer decides on the provider's page. @returns where it sends them */
  async decide(person: Person, paymentId: string, decision: string, behaviour: Behaviour): Promise<URL> {
    const body = { decision, behaviour };
    const path = `POST /v1/simulated-checkouts/${paymentId}/decisions`;
    const made = await this.#shop.testApp.made(person, path, body);
    return new URL(made['redirectUrl']);
  }

  /** The buyer agrees to pay. @returns what the provider gives them to bring back */
  async agree(person: Person, paymentId: string, behaviour: Behaviour = 'normal'): Promise<Back> {
    return backIn(await this.decide(person, paymentId, 'pay', behaviour));
  }

  confirm(person: Person, paymentId: string, back: Back): Promise<Reply> {
    return this.#shop.testApp.call(person, `POST /v1/payments/${paymentId}/confirmations`, { body: back });
  }

  /** All steps, with a provider that behaves so. @returns the payment's id and the answer to the confirmation */
  async pay(person: Person, reservationId: string, behaviour: Behaviour = 'normal') {
    const paymentId = await this.requested(person, reservationId);
    const answer = await this.confirm(person, paymentId, await this.agree(person, paymentId, behaviour));
    return { paymentId, answer };
  }

  async payment(person: Person, paymentId: string): Promise<Reply['body']> {
    return (await this.#shop.testApp.call(person, `GET /v1/payments/${paymentId}`)).body;
  }

  /** Waits until a payment is in this state. */
  untilIs(person: Person, paymentId: string, status: string): Promise<Reply['body']> {
    return until(
      () => this.payment(person, paymentId),
      (payment) => payment['status'] === status,
    );
  }

  async book(paymentId: string): Promise<Book | undefined> {
    const [row] = await this.#shop.testApp.database.query<Book>(
      'select charged_amount, refunded_amount, status from simulated_charge where payment_id = $1',
      [paymentId],
    );
    return row;
  }

  /** The provider takes the money whatever we said, as one may whose message was late. */
  async chargeAnyway(paymentId: string): Promise<void> {
    await this.#shop.testApp.database.query(
      `update simulated_charge set status = 'charged', charged_amount = amount where payment_id = $1`,
      [paymentId],
    );
  }

  /** The time to pay for points is over, on both sides. */
  async timeOut(paymentId: string): Promise<void> {
    const { database } = this.#shop.testApp;
    await database.query(`update simulated_charge set expires_at = now() where payment_id = $1`, [paymentId]);
    await database.query(`update payment set payable_until = now(), follow_up_at = now() where id = $1`, [
      paymentId,
    ]);
  }

  /** What the provider was to charge later it charges now. */
  async chargeNow(paymentId: string): Promise<void> {
    await this.#shop.testApp.database.query(
      `update simulated_charge set charge_at = now() where payment_id = $1`,
      [paymentId],
    );
  }

  /** A message of the provider, over a socket. */
  async callback(body: object, provider = 'simulated'): Promise<number> {
    const url = `${this.#shop.testApp.app.address()}/v1/payments/callbacks/${provider}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.arrayBuffer();
    return answer.status;
  }

  changed(orderId: string, status = 'DONE'): Promise<number> {
    return this.callback({ eventType: 'PAYMENT_STATUS_CHANGED', data: { orderId, status } });
  }

  /** How often something was told of a payment. */
  async told(paymentId: string, type: string): Promise<number> {
    const rows = await this.#shop.testApp.database.query(
      `select from event where type = $1 and data->>'paymentId' = $2`,
      [type, paymentId],
    );
    return rows.length;
  }
}
