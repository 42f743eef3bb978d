import assert from 'node:assert/strict';
import { until } from '../until.ts';
import type { Person, Reply } from '../waiting-room/test-app.ts';
import type { Shop } from './shop.ts';

/** A shop with OVERLOAD_THRESHOLD=1 that is brought to its threshold, and back. */
export class FullShop {
  readonly #shop: Shop;
  #release: (() => Promise<void>) | undefined;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** Nobody waits, and the next write goes direct. */
  async calm(): Promise<void> {
    await until(() => this.#shop.testApp.app.server.operations.queue?.isInUse() === false);
  }

  /** One hold stands still in the database until `empty`. @returns the performance, whose seat 200 it is for */
  async fill(): Promise<string> {
    await this.calm();
    const { testApp } = this.#shop;
    const buyer = await testApp.person();
    const performanceId = await this.#shop.performance();
    const client = await testApp.database.connect();
    await client.query('begin; lock table seat_hold in exclusive mode');
    const first = this.#shop.reserve(buyer, performanceId, [200]);
    this.#release = async () => {
      await client.query('rollback');
      client.release();
      assert.equal((await first).status, 201);
    };
    await until(() => testApp.app.server.operations.queue?.isInUse() === true);
    return performanceId;
  }

  async empty(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await release?.();
  }

  look(person: Person, ticket: Reply): Promise<Reply> {
    return this.#shop.testApp.call(person, `GET ${addressOf(ticket)}`);
  }

  /** The real answer of a request that was put in the queue. */
  async answerOf(person: Person, ticket: Reply): Promise<Reply['body']> {
    const { body } = await until(
      () => this.look(person, ticket),
      ({ body: found }) => found['state'] === 'done',
    );
    return body;
  }
}

/** Where a ticket says to ask. */
export function addressOf(ticket: Reply): string {
  assert.equal(ticket.status, 202, JSON.stringify(ticket.body));
  return String(ticket.headers['location']);
}
