import { randomUUID } from 'node:crypto';
import type { Database } from '../../../src/adapters/postgres/database.ts';
import type { SeatPlan } from '../../../src/modules/catalogue/index.ts';
import { ApiClient } from '../../../traffic/api-client.ts';
import { requestOf, signUp } from '../../../traffic/requests.ts';
import { startAccessApp } from '../../support/access/app.ts';

export type Person = {
  readonly credentials: { readonly email: string; readonly password: string };
  /** Calls the API as this person; `request` is such as `POST /v1/points/charges`. */
  call(request: string, body?: object, headers?: Record<string, string>): Promise<Reply>;
};

type Reply = { readonly [name: string]: unknown } & { readonly id: string };

export type SaleOptions = {
  readonly title?: string;
  readonly titleEn?: string | null;
  readonly plan?: SeatPlan;
  readonly roomEnabled?: boolean;
  readonly opensInMs?: number;
  readonly holdTtlMs?: number;
  /** Of the venue. */
  readonly timeZone?: string;
  readonly startsAt?: string;
};

/** A whole system of its own, with somebody who sells and as many people as are asked for. */
export type TestApp = {
  readonly address: string;
  /** Where mails are. */
  readonly mailFolder: string;
  readonly seller: Person;
  readonly database: Database;
  person(name?: string): Promise<Person>;
  /** Another one who sells, and has nothing yet. */
  newSeller(): Promise<Person>;
  /** Somebody who runs the system. */
  manager(name?: string): Promise<Person>;
  /** @returns the id of a new performance */
  sell(options?: SaleOptions): Promise<string>;
  close(): Promise<void>;
};

const CODES = { seller: 'demo-seller-code', manager: 'demo-manager-code' };
const PASSWORD = 'a long enough password';
const HOUR = 3_600_000;

/** Three rows of ten, and a balcony: all seats are large enough to be hit at once. */
export const smallHall: SeatPlan = {
  stage: { x: 10, y: -50, width: 70, height: 22 },
  sections: [
    {
      id: 'A',
      name: '1층',
      rows: ['1', '2', '3'].map((id, index) => ({
        id,
        runs: [{ grade: index === 0 ? 'VIP' : 'R', first: 1, count: 10, at: [0, index * 12], by: [10, 0] }],
      })),
    },
    {
      id: 'B',
      name: '2층',
      rows: [{ id: '1', runs: [{ grade: 'S', first: 1, count: 10, at: [0, 60], by: [10, 0] }] }],
    },
  ],
};

const PRICES = { VIP: 150_000, R: 120_000, S: 90_000, A: 70_000, B: 50_000 };

/** @param environment settings of the system, where a test needs other ones */
export async function openTestApp(environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  const system = await startAccessApp({ ROOM_RATE_PER_SECOND: '50', ...environment });
  const address = system.app.address();
  const client = new ApiClient(address);
  const seller = await enter(client, 'Seller', 'seller');
  return {
    address,
    mailFolder: system.mailFolder,
    seller,
    database: system.database,
    person: (name = '김하나') => enter(client, name),
    newSeller: () => enter(client, 'New Seller', 'seller'),
    manager: (name = '운영자') => enter(client, name, 'manager'),
    sell: (options = {}) => sell(seller, options),
    close: () => system.close(),
  };
}

async function enter(client: ApiClient, name: string, role?: keyof typeof CODES): Promise<Person> {
  const credentials = { email: `${randomUUID()}@pages.example`, password: PASSWORD };
  await client.ask(signUp({ name, ...credentials }));
  let { accessToken } = await client.logIn(credentials);
  if (role !== undefined) {
    await client.ask(requestOf('POST /v1/enrolments', { role, code: CODES[role] }), { accessToken });
    ({ accessToken } = await client.logIn(credentials));
  }
  return {
    credentials,
    call: (request, body, headers = {}) =>
      client.ask(requestOf<Reply>(request, body), { accessToken, headers }),
  };
}

async function sell(seller: Person, options: SaleOptions): Promise<string> {
  const { title = '봄밤의 노래', titleEn = 'Songs of a Spring Night' } = options;
  const { plan = smallHall, roomEnabled = false, opensInMs = -HOUR, holdTtlMs = 300_000 } = options;
  const { timeZone = 'Asia/Seoul', startsAt = new Date(Date.now() + 60 * 24 * HOUR).toISOString() } = options;
  const venue = await seller.call('POST /v1/venues', {
    name: '하나홀',
    nameEn: 'Hana Hall',
    address: '서울',
    timeZone,
    stages: [{ name: '대극장', nameEn: 'Main', plan }],
  });
  const [stage] = venue['stages'] as readonly { id: string; grades: Record<string, number> }[];
  const concert = await seller.call('POST /v1/concerts', {
    title,
    titleEn,
    artist: '달빛 악단',
    artistEn: 'Moonlight Band',
    description: '봄밤에 듣는 노래.',
    category: 'concert',
  });
  const prices = Object.keys(stage!.grades).map((grade) => {
    const amount = PRICES[grade as keyof typeof PRICES] ?? 10_000;
    return [grade, { amount, currency: 'KRW' }] as const;
  });
  const performance = await seller.call(`POST /v1/concerts/${concert.id}/performances`, {
    stageId: stage!.id,
    startsAt,
    opensAt: new Date(Date.now() + opensInMs).toISOString(),
    prices: Object.fromEntries(prices),
    limitPerPerson: 4,
    holdTtlMs,
    roomEnabled,
  });
  return performance.id;
}
