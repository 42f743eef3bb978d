/** Rooms with very many people in them, on real PostgreSQL, without the rest of the system. */
import { createHash } from 'node:crypto';
import type { Database } from '../../../src/adapters/postgres/database.ts';
import { createRoomStores } from '../../../src/adapters/postgres/waiting-room/room-store.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { createIds } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { LineEngine } from '../../../src/modules/waiting-room/line/line-engine.ts';
import type { LineRules, WaitingLine } from '../../../src/modules/waiting-room/ports.ts';

const ids = createIds(systemClock, systemRandom);

export const bigRoomRules: LineRules = {
  passTtlMs: 600_000,
  passAgeMaxMs: 1_800_000,
  passPickupMs: 600_000,
  silentAfterMs: 600_000,
  burstMs: 200,
  newRoom: { state: 'paused', ratePerSecond: 100, concurrency: 1_000, graceMs: 600_000 },
};

/** A performance as the room's tables ask for it. */
export async function addPerformance(database: Database): Promise<string> {
  const [owner, venue, stage, concert, performance] = Array.from({ length: 5 }, () => ids.next());
  const statements = [
    `insert into account values ('${owner}', '${owner}@example.org', 'A seller', null, '{member,seller}', now())`,
    `insert into venue (id, owner_id, name, address, time_zone, created_at)
       values ('${venue}', '${owner}', 'Hall', 'Street 1', 'Asia/Seoul', now())`,
    `insert into stage (id, venue_id, name, plan, plan_hash, grades, capacity, created_at)
       values ('${stage}', '${venue}', 'Stage', '{}', 'hash', '{}', 1000, now())`,
    `insert into concert (id, owner_id, title, artist, created_at, updated_at)
       values ('${concert}', '${owner}', 'Concert', 'Artist', now(), now())`,
    `insert into performance (id, concert_id, stage_id, starts_at, opens_at, closes_at, prices, limit_per_person,
         hold_ttl_ms, created_at, updated_at)
       values ('${performance}', '${concert}', '${stage}', now() + interval '2 hours', now() - interval '1 hour',
         now() + interval '1 hour', '{}', 4, 300000, now() - interval '1 hour', now() - interval '1 hour')`,
  ];
  for (const statement of statements) await database.query(statement);
  return performance!;
}

/** The account that joined as number `number` of a room made by `joinMany`. */
export function accountOf(number: number): string {
  const hex = createHash('md5').update(`person ${number}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const JOINED_AT_ONCE = 4_096;

/** Fills a room the way a crowd does. @returns how many writes that took */
export async function joinMany(line: WaitingLine, performanceId: string, count: number): Promise<number> {
  let writes = 0;
  for (let first = 1; first <= count; first += JOINED_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(JOINED_AT_ONCE, count - first + 1) }, (_, i) => first + i);
    const answers = await line.write(
      numbers.map((number) => ({ kind: 'join', performanceId, accountId: accountOf(number) })),
    );
    const wrong = answers.findIndex(({ standing }, index) => standing?.number !== numbers[index]);
    if (wrong >= 0) throw new Error(`number ${numbers[wrong]}: ${JSON.stringify(answers[wrong])}`);
    writes++;
  }
  return writes;
}

export type CountedLine = {
  readonly line: WaitingLine;
  /** Statements sent to the database so far, but for the look for free rooms, which comes by the clock. */
  statements(): number;
};

const LOOK_FOR_FREE_ROOMS = 'holder is distinct from $1';

/** A line on this database that counts its round trips. */
export function openCountedLine(database: Database): CountedLine {
  let statements = 0;
  const connect = async () => {
    const client = await database.connect();
    const query = client.query.bind(client) as (...words: unknown[]) => unknown;
    const counted = (...words: unknown[]) => {
      if (!JSON.stringify(words[0]).includes(LOOK_FOR_FREE_ROOMS)) statements++;
      return query(...words);
    };
    return Object.assign(client, { query: counted });
  };
  const store = createRoomStores({ database: { connect }, clock: systemClock });
  const line = new LineEngine({ stores: store, clock: systemClock, rules: bigRoomRules });
  return { line, statements: () => statements };
}
