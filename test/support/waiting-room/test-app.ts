/** The whole system with rooms in it, on a database of its own; it can be restarted on that. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { createDatabase, type Database } from '../../../src/adapters/postgres/database.ts';
import { createAccountStore } from '../../../src/adapters/postgres/identity/account-store.ts';
import { createKeyStore } from '../../../src/adapters/postgres/identity/key-store.ts';
import { type App, buildApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { type ProcessClock, systemClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { createTokens, type Tokens } from '../../../src/platform/auth/tokens/tokens.ts';
import { createLogger } from '../../../src/platform/observability/logger.ts';
import { accessTokenOf } from '../access-token.ts';
import { inHours, won } from '../catalogue.ts';
import { acquireTestDatabase, urlOf } from '../postgres.ts';
import { until } from '../until.ts';

export type Person = { readonly accountId: string; readonly token: string };

export type Reply = {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test reads out of an answer, it asserts
  readonly body: Record<string, any>;
};

export type Options = {
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Settings for small crowds and short waits. */
const ENVIRONMENT = { PORT: '0', ROOM_RATE_PER_SECOND: '1000', ROOM_CONCURRENCY: '1000' };
const ROW = { id: '1', runs: [{ grade: 'R', first: 1, count: 200, at: [0, 0], by: [1, 0] }] };
const VENUE = {
  name: 'Hall',
  address: '1 Test Street',
  stages: [{ name: 'Main', plan: { sections: [{ id: 'A', rows: [ROW] }] } }],
};

export class RoomTestApp {
  readonly database: Database;
  readonly tokens: Tokens;
  seller!: Person;
  manager!: Person;
  app!: App;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #release: () => Promise<void>;
  /** The clock of the next start; the machine's where none is set. */
  clock: ProcessClock = systemClock;
  /** Of its database, for commands beside it. */
  databaseUrl!: string;
  #concert!: { readonly id: string; readonly stageId: string };

  constructor(
    database: Database,
    environment: Readonly<Record<string, string>>,
    release: () => Promise<void>,
  ) {
    this.database = database;
    this.#environment = { ...ENVIRONMENT, ...environment };
    this.#release = release;
    this.tokens = createTokens({
      store: createKeyStore(database),
      clock: systemClock,
      random: systemRandom,
      ids: createIds(systemClock, systemRandom),
      secretKey: readConfig(this.#environment).secretKey,
      onError: () => undefined,
    });
  }

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<RoomTestApp> {
    const { connection, release } = await acquireTestDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'test-app-'));
    const own = { DATA_DIR: dataDir, ...environment };
    const testApp = new RoomTestApp(createDatabase({ connection }), own, async () => {
      await release();
      await rm(dataDir, { recursive: true, force: true });
    });
    testApp.databaseUrl = urlOf(connection);
    await testApp.start();
    await testApp.tokens.lifecycle.start();
    testApp.seller = await testApp.person(['member', 'seller']);
    testApp.manager = await testApp.person(['member', 'manager']);
    const venue = await testApp.made(testApp.seller, 'POST /v1/venues', VENUE);
    const concert = await testApp.made(testApp.seller, 'POST /v1/concerts', {
      title: 'Evening',
      artist: 'Quartet',
    });
    testApp.#concert = { id: concert['id'], stageId: venue['stages'][0].id };
    return testApp;
  }

  /** @param more settings for this start alone */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const logger = createLogger({ level: 'silent', format: 'json' });
    const storage = { database: this.database, close: () => Promise.resolve() };
    const config = readConfig({ ...this.#environment, ...more });
    this.app = await buildApp(config, { logger, storage, clock: this.clock });
    await this.app.start();
  }

  /** Where mails are, unless they are sent. */
  get dataDir(): string {
    return readConfig(this.#environment).dataDir;
  }

  async restart(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.app.stop();
    await this.start(more);
  }

  async close(): Promise<void> {
    await this.tokens.lifecycle.stop();
    await this.app.stop();
    await this.database.close();
    await this.#release();
  }

  async person(roles: readonly string[] = ['member']): Promise<Person> {
    const accountId = randomUUID();
    const accounts = createAccountStore(this.database, { committed: () => undefined }, systemClock);
    const account = {
      id: accountId,
      email: `${accountId}@room.example`,
      name: 'Somebody',
      createdAt: Date.now(),
    };
    await accounts.create([{ ...account, roles: roles as readonly ['member'] }]);
    return { accountId, token: await this.tokenOf(accountId, roles) };
  }

  /** People without an account, which a line does not ask for. */
  async people(count: number): Promise<readonly Person[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const accountId = randomUUID();
        return { accountId, token: await this.tokenOf(accountId, ['member']) };
      }),
    );
  }

  tokenOf(accountId: string, roles: readonly string[]): Promise<string> {
    return accessTokenOf(this.tokens, roles, accountId);
  }

  /** A performance, on sale, with a room unless said otherwise. */
  async performance(more: object = {}): Promise<string> {
    const body = {
      stageId: this.#concert.stageId,
      startsAt: inHours(48),
      opensAt: inHours(-1),
      prices: { R: won(1_000) },
      limitPerPerson: 4,
      roomEnabled: true,
      ...more,
    };
    const made = await this.made(this.seller, `POST /v1/concerts/${this.#concert.id}/performances`, body);
    return made['id'];
  }

  /** As bookings would, without two hundred of them; restarts the system. @param left so many seats stay free */
  async sellEverything(performanceId: string, left = 0): Promise<void> {
    await this.app.stop();
    await this.database.query(
      `insert into seat_hold (performance_id, seat_no, epoch, status, reservation_id, expires_at)
       select $1::uuid, n, 1, 2, gen_random_uuid(), now() from generate_series($2::integer, 199) n`,
      [performanceId, left],
    );
    await this.start();
  }

  /** One request without a socket; `request` is such as `GET /v1/concerts`. */
  async call(as: Person | undefined, request: string, { body, headers = {} }: Options = {}): Promise<Reply> {
    const [method, url] = request.split(' ');
    const answer = await this.app.server.inject({
      method: method as 'GET',
      url: url!,
      headers: { ...headers, ...(as ? { authorization: `Bearer ${as.token}` } : {}) },
      ...(body === undefined ? {} : { payload: body }),
    });
    const isJson = answer.body !== '' && String(answer.headers['content-type']).includes('json');
    return { status: answer.statusCode, headers: answer.headers, body: isJson ? answer.json() : {} };
  }

  async made(as: Person, request: string, body?: object): Promise<Reply['body']> {
    const answer = await this.call(as, request, { body });
    if (answer.status >= 300) throw new Error(`${request}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  join(
    person: Person,
    performanceId: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    return this.call(person, `POST /v1/performances/${performanceId}/room/entries`, { headers });
  }

  poll(person: Person, performanceId: string): Promise<Reply> {
    return this.call(person, `GET /v1/performances/${performanceId}/room/entries/me`);
  }

  leave(
    person: Person,
    performanceId: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    return this.call(person, `DELETE /v1/performances/${performanceId}/room/entries/me`, { headers });
  }

  change(performanceId: string, patch: object, as = this.seller): Promise<Reply> {
    return this.call(as, `PATCH /v1/performances/${performanceId}/room`, { body: patch });
  }

  reserve(person: Person, performanceId: string, seat: number, pass?: string): Promise<Reply> {
    return this.call(person, 'POST /v1/reservations', {
      body: { performanceId, seatIds: [`A-1-${seat}`] },
      headers: pass === undefined ? {} : { 'room-pass': pass },
    });
  }

  /** Polls until the person is admitted. @returns the entry with the pass */
  async admitted(person: Person, performanceId: string): Promise<Reply['body']> {
    const { body } = await until(
      () => this.poll(person, performanceId),
      (answer) => answer.body['status'] === 'admitted',
    );
    return body;
  }
}
