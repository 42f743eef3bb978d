import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { RequestTraffic, Share } from '../load/traffic.ts';
import { createTraffic, type TrafficOrder } from './index.ts';

const TARGET = { host: '127.0.0.1', port: 80 };
const PEOPLE = 100;

let folder: string;
let people: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firstcome-traffic-'));
  people = join(folder, 'people.jsonl');
  const lines = Array.from(
    { length: PEOPLE },
    (_, no) => `{"accountId":"a","accessToken":"t${no}","pass":"p${no}"}`,
  );
  await writeFile(people, `${lines.join('\n')}\n`);
});

after(() => rm(folder, { recursive: true, force: true }));

/** The requests of all processes, by number. */
function requestsOf(order: TrafficOrder, processes: number): readonly string[] {
  const shares = Array.from({ length: processes }, (_, no): Share => ({ no, of: processes }));
  const traffics = shares.map((share) => createTraffic(order, TARGET, share) as RequestTraffic);
  const count = Math.min(traffics[0]?.count ?? 0, PEOPLE * 2);
  return Array.from({ length: count }, (_, index) => traffics[index % processes]!.request(index));
}

const match = (texts: readonly string[], pattern: RegExp) =>
  texts.map((text) => pattern.exec(text)?.[1] ?? '');
const answer = (status: number, code = '') => ({
  status,
  head: 'Retry-After: 1',
  body: Buffer.from(JSON.stringify({ code })),
  keepAlive: true,
});

describe('holds', () => {
  const order = (seat: 'own' | 'hot'): TrafficOrder => ({
    kind: 'holds',
    sales: [
      { performanceId: 'one', people, count: PEOPLE },
      { performanceId: 'two', people, count: PEOPLE },
    ],
    seat,
  });

  test('are for a seat of each person, sale after sale, whatever the number of processes', () => {
    for (const processes of [1, 2, 4]) {
      const requests = requestsOf(order('own'), processes);
      assert.equal(requests.length, 2 * PEOPLE);
      const seats = match(requests.slice(0, PEOPLE), /"seatIds":\["([^"]+)"/);
      assert.equal(new Set(seats).size, PEOPLE);
      assert.ok(!seats.includes('L-1-1'), 'the first seat was taken before');
      assert.deepEqual(
        match(requests.slice(PEOPLE), /Bearer t(\d+)/).map(Number),
        Array.from({ length: PEOPLE }, (_, no) => no),
      );
      assert.ok(
        requests.slice(PEOPLE).every((text) => text.includes('"two"') && /Room-Pass: p\d/.test(text)),
      );
    }
  });

  test('of a hot seat are all for one, which is free at first', () => {
    assert.deepEqual([...new Set(match(requestsOf(order('hot'), 1), /"seatIds":\["([^"]+)"/))], ['L-1-2']);
  });

  test('are won by 201 alone; who comes too late has lost, who is sent away is refused', () => {
    const traffic = createTraffic(order('own'), TARGET, { no: 0, of: 1 }) as RequestTraffic;
    const outcomes = [
      [201, ''],
      [202, ''],
      [409, 'seat_taken'],
      [409, 'limit_reached'],
      [503, 'overloaded'],
      [500, 'internal_error'],
    ] as const;
    assert.deepEqual(
      outcomes.map(([status, code]) => traffic.judge(answer(status, code), 0).outcome),
      ['won', 'error', 'lost', 'error', 'refused', 'error'],
    );
  });
});

test('people of a line join once and poll in turn, each by the process that knows them', () => {
  const line = { performanceId: 'one', people, count: PEOPLE } as const;
  for (const processes of [1, 3]) {
    const joins = match(requestsOf({ kind: 'join', ...line }, processes), /Bearer t(\d+)/);
    assert.equal(new Set(joins).size, PEOPLE - (PEOPLE % processes));
    const polls = match(requestsOf({ kind: 'poll', ...line }, processes), /Bearer t(\d+)/);
    assert.equal(polls.length, 2 * PEOPLE);
    assert.ok(polls.every((no) => no !== ''));
  }
});

test('a person of another process is refused, not mistaken for one of this', () => {
  const traffic = createTraffic({ kind: 'join', performanceId: 'one', people, count: PEOPLE }, TARGET, {
    no: 0,
    of: 2,
  }) as RequestTraffic;
  assert.throws(() => traffic.request(1), /not of this process/);
});
