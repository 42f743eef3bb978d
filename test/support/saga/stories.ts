import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../../../src/modules/payments/index.ts';
import type { ApiClient } from '../../../traffic/api-client.ts';
import {
  type Answer,
  type ApiRequest,
  cancel,
  chargePoints,
  holdSeats,
  payWithPoints,
  requestOf,
} from '../../../traffic/requests.ts';
import { type Back, backIn } from '../reservations/cards.ts';
import type { Person } from '../system.ts';

/**
 * How somebody asks: `patient` repeats a request under its key until it is answered, `twice` also sends each of them
 * twice at once, `gone` leaves at the first answer that does not come.
 */
export const MANNERS = ['patient', 'twice', 'gone'] as const;
export type Manner = (typeof MANNERS)[number];

const PATIENCE_MS = 45_000;
const AGAIN_MS = 100;

/** Ends a story: what was wanted is not to be had any more. */
export class StoryOver extends Error {}

type Status = { readonly status: string; readonly id: string };

/** Somebody who reserves and pays while the system is made to fail, and remembers what was promised. */
export class Buyer {
  /** By payment id, the states that were answered. */
  readonly told = new Map<string, string>();
  readonly #client: ApiClient;
  readonly #person: Person;
  readonly #manner: Manner;
  readonly #performanceId: string;

  constructor(client: ApiClient, person: Person, manner: Manner, performanceId: string) {
    this.#client = client;
    this.#person = person;
    this.#manner = manner;
    this.#performanceId = performanceId;
  }

  async hold(seatId: string): Promise<string> {
    const held = await this.#ask(holdSeats(this.#performanceId, [seatId]));
    return this.#expect(held, 201).id ?? '';
  }

  /** Asks for a seat that somebody else has until it is free. */
  async holdWhenFree(seatId: string): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const held = await this.#ask(holdSeats(this.#performanceId, [seatId]));
      if (held.status === 201) return held.body.id ?? '';
      if (Date.now() > until) throw new StoryOver(held.body.code);
      await sleep(2 * AGAIN_MS);
    }
  }

  /** Asks for points that a card pays. */
  async requestPoints(): Promise<string> {
    const amount = { amount: 50_000, currency: 'KRW' };
    const asked = await this.#ask(requestOf<Status>('POST /v1/points/charges', { amount, method: 'card' }));
    return this.#expect(asked, 201, 200).id ?? '';
  }

  async payWithPoints(reservationId: string): Promise<void> {
    await this.#ask(chargePoints(1_000_000));
    this.#note(await this.#ask(payWithPoints(reservationId) as ApiRequest<Status>));
  }

  async requestCard(reservationId: string): Promise<string> {
    const words = `POST /v1/reservations/${reservationId}/payments`;
    const asked = await this.#ask(requestOf<Status>(words, { method: 'card' }));
    return this.#expect(asked, 201, 200).id ?? '';
  }

  async decide(paymentId: string, behaviour: Behaviour, decision = 'pay'): Promise<Back> {
    const words = `POST /v1/simulated-checkouts/${paymentId}/decisions`;
    const sent = await this.#ask(requestOf<{ redirectUrl: string }>(words, { decision, behaviour }));
    return backIn(new URL(this.#expect(sent, 200).redirectUrl ?? ''));
  }

  async confirm(paymentId: string, back: Back): Promise<string | undefined> {
    const confirmed = await this.#ask(
      requestOf<Status>(`POST /v1/payments/${paymentId}/confirmations`, back),
    );
    this.#note(confirmed);
    return confirmed.body.status;
  }

  /** All steps of a payment by card. */
  async payByCard(reservationId: string, behaviour: Behaviour): Promise<string | undefined> {
    const paymentId = await this.requestCard(reservationId);
    return this.confirm(paymentId, await this.decide(paymentId, behaviour));
  }

  async cancel(reservationId: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#ask(cancel(reservationId), headers);
  }

  #note({ status, body }: Answer<Status>): void {
    if (status < 300 && body.id !== undefined && body.status !== undefined)
      this.told.set(body.id, body.status);
  }

  #expect<T>({ status, body }: Answer<T>, ...good: readonly number[]): Answer<T>['body'] {
    if (!good.includes(status)) throw new StoryOver(`${status} ${body.code}`);
    return body;
  }

  async #ask<T>(request: ApiRequest<T>, more: Readonly<Record<string, string>> = {}): Promise<Answer<T>> {
    const { accessToken, pass } = this.#person;
    const headers = { ...more, 'idempotency-key': randomUUID() };
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const send = () => this.#client.send(request, { accessToken, pass, headers }).catch(() => undefined);
      const answers = await Promise.all(this.#manner === 'twice' ? [send(), send()] : [send()]);
      const answer = answers.find((one) => one !== undefined && one.status < 500);
      if (answer) return answer;
      if (this.#manner === 'gone' || Date.now() > until) throw new StoryOver('no answer');
      await sleep(AGAIN_MS);
    }
  }
}

export type Scene = {
  readonly buyer: Buyer;
  /** Somebody who wants the same seat. */
  readonly rival: Buyer;
  readonly seatId: string;
};

type Story = (scene: Scene) => Promise<unknown>;

const byCard =
  (behaviour: Behaviour): Story =>
  async ({ buyer, seatId }) =>
    buyer.payByCard(await buyer.hold(seatId), behaviour);

const pointsByCard =
  (behaviour: Behaviour): Story =>
  async ({ buyer }) => {
    const paymentId = await buyer.requestPoints();
    await buyer.confirm(paymentId, await buyer.decide(paymentId, behaviour));
  };

const RESPOND_LATER = { prefer: 'respond-async' };

/** What people do. */
export const STORIES: Readonly<Record<string, Story>> = {
  'pays by card': byCard('normal'),
  'pays at a slow provider': byCard('delay'),
  'pays at a provider that does not answer': byCard('timeout'),
  'pays at a provider with many callbacks': byCard('duplicate'),
  'pays at a provider with callbacks out of order': byCard('reordered'),
  'is charged another amount': byCard('other-amount'),
  async 'is charged after the hold, and the seat is sold again'({ buyer, rival, seatId }) {
    await buyer.payByCard(await buyer.hold(seatId), 'late');
    await rival.payWithPoints(await rival.holdWhenFree(seatId));
  },
  async 'is declined and pays again'({ buyer, seatId }) {
    const id = await buyer.hold(seatId);
    await buyer.payByCard(id, 'decline');
    await buyer.payByCard(id, 'normal');
  },
  async 'refuses on the provider’s page'({ buyer, seatId }) {
    const paymentId = await buyer.requestCard(await buyer.hold(seatId));
    await buyer.decide(paymentId, 'normal', 'decline');
  },
  async 'closes the browser on the provider’s page'({ buyer, rival, seatId }) {
    await buyer.decide(await buyer.requestCard(await buyer.hold(seatId)), 'normal');
    await rival.payByCard(await rival.holdWhenFree(seatId), 'normal');
  },
  async 'holds and goes away'({ buyer, rival, seatId }) {
    await buyer.hold(seatId);
    await rival.payWithPoints(await rival.holdWhenFree(seatId));
  },
  async 'pays with points'({ buyer, seatId }) {
    await buyer.payWithPoints(await buyer.hold(seatId));
  },
  async 'pays with points in place of the card'({ buyer, seatId }) {
    const id = await buyer.hold(seatId);
    await buyer.decide(await buyer.requestCard(id), 'normal');
    await buyer.payWithPoints(id);
  },
  'buys points by card': pointsByCard('normal'),
  'buys points at a provider that does not answer': pointsByCard('timeout'),
  'is charged late for points': pointsByCard('late'),
  async 'cancels what the card paid'({ buyer, seatId }) {
    const id = await buyer.hold(seatId);
    await buyer.payByCard(id, 'normal');
    await buyer.cancel(id);
  },
  async 'cancels later what the card paid'({ buyer, rival, seatId }) {
    const id = await buyer.hold(seatId);
    await buyer.payByCard(id, 'normal');
    await buyer.cancel(id, RESPOND_LATER);
    await rival.payWithPoints(await rival.holdWhenFree(seatId));
  },
  async 'cancels later what points paid'({ buyer, seatId }) {
    const id = await buyer.hold(seatId);
    await buyer.payWithPoints(id);
    await buyer.cancel(id, RESPOND_LATER);
  },
  async 'cancels and confirms at once'({ buyer, seatId }) {
    const id = await buyer.hold(seatId);
    const paymentId = await buyer.requestCard(id);
    const back = await buyer.decide(paymentId, 'normal');
    await Promise.all([buyer.confirm(paymentId, back), buyer.cancel(id)]);
  },
  async 'confirms before the provider’s page'({ buyer, seatId }) {
    const id = await buyer.hold(seatId);
    const paymentId = await buyer.requestCard(id);
    await buyer.confirm(paymentId, { paymentKey: 'made-up', orderId: paymentId, amount: 1 });
    await buyer.confirm(paymentId, await buyer.decide(paymentId, 'normal'));
  },
};
