import assert from 'node:assert/strict';
import { runCheck } from '../../../src/adapters/postgres/invariants/index.ts';
import { ApiClient } from '../../../traffic/api-client.ts';
import { requestOf } from '../../../traffic/requests.ts';
import { won } from '../catalogue.ts';
import { until } from '../until.ts';
import { type Options, type Person, type Reply, RoomTestApp } from '../waiting-room/test-app.ts';

/** The whole system with a hall of 200 seats at 1,000 won, sold without a waiting room unless said otherwise. */
export class Shop {
  readonly testApp: RoomTestApp;

  private constructor(testApp: RoomTestApp) {
    this.testApp = testApp;
  }

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<Shop> {
    return new Shop(await RoomTestApp.open({ CHARGE_AMOUNT_MIN: '1', ...environment }));
  }

  /** Closes it; whatever a test did, no invariant may be broken. */
  async close(): Promise<void> {
    const { invariants } = await runCheck(this.testApp.database);
    await this.testApp.close();
    assert.deepEqual(
      invariants.filter(({ ok }) => !ok),
      [],
    );
  }

  performance(more: object = {}): Promise<string> {
    return this.testApp.performance({ roomEnabled: false, ...more });
  }

  /** Somebody with an account and, unless they are poor, points. */
  async buyer(points = 10_000): Promise<Person> {
    const person = await this.testApp.person();
    if (points > 0) await this.testApp.made(person, 'POST /v1/points/charges', { amount: won(points) });
    return person;
  }

  reserve(
    person: Person,
    performanceId: string,
    seats: readonly number[],
    headers: Options['headers'] = {},
  ): Promise<Reply> {
    const seatIds = seats.map((seat) => `A-1-${seat}`);
    return this.testApp.call(person, 'POST /v1/reservations', { body: { performanceId, seatIds }, headers });
  }

  /** The id of a hold that was won. */
  async held(person: Person, performanceId: string, seats: readonly number[]): Promise<string> {
    const { status, body } = await this.reserve(person, performanceId, seats);
    assert.equal(status, 201, JSON.stringify(body));
    return body['id'];
  }

  /** The id of a reservation that was paid. */
  async bought(person: Person, performanceId: string, seats: readonly number[]): Promise<string> {
    const id = await this.held(person, performanceId, seats);
    const { status, body } = await this.pay(person, id);
    assert.equal(status, 201, JSON.stringify(body));
    return id;
  }

  pay(person: Person, id: string, headers: Options['headers'] = {}): Promise<Reply> {
    return this.testApp.call(person, `POST /v1/reservations/${id}/payments`, {
      body: { method: 'points' },
      headers,
    });
  }

  cancel(person: Person, id: string, headers: Options['headers'] = {}): Promise<Reply> {
    return this.testApp.call(person, `DELETE /v1/reservations/${id}`, { headers });
  }

  async reservation(person: Person, id: string): Promise<Reply['body']> {
    return (await this.testApp.call(person, `GET /v1/reservations/${id}`)).body;
  }

  /** Types of what happened to it, in order. */
  async history(person: Person, id: string): Promise<string[]> {
    const { body } = await this.testApp.call(person, `GET /v1/reservations/${id}/history`);
    return body['items'].map((item: { type: string }) => item.type);
  }

  async balance(person: Person): Promise<number> {
    return (await this.testApp.call(person, 'GET /v1/points')).body['balance'].amount;
  }

  async tickets(person: Person): Promise<Reply['body'][]> {
    return (await this.testApp.call(person, 'GET /v1/tickets')).body['items'];
  }

  /** Waits until the map shows these states of the first seats: 0 free, 1 held, 2 sold. */
  async untilMapShows(performanceId: string, state: string): Promise<void> {
    await until(
      () => this.testApp.call(undefined, `GET /v1/performances/${performanceId}/seats`),
      ({ body }) => String(body['state']).startsWith(state),
    );
  }

  /** The same request over a socket of its own, as many clients at once. */
  async overSocket(
    person: Person,
    request: string,
    { body, headers = {} }: Options = {},
  ): Promise<{ readonly status: number; readonly body: Reply['body'] }> {
    const client = new ApiClient(this.testApp.app.address());
    // Nothing is left open that a close of the server would wait for.
    const own = { connection: 'close', ...headers };
    return client.send(requestOf(request, body), { accessToken: person.token, headers: own });
  }
}
