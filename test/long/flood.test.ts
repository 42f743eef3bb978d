/** Floods of every kind beside honest people, none of whom is refused; memory stays where it was. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDemoSale } from '../support/demo-sale.ts';
import type { Person } from '../support/storm.ts';
import { runCommand, type System, startSystem } from '../support/system.ts';

const HONEST = 60;
const WORKERS = 12;
const PIPELINED = 30_000;
const IDLE_STREAMS = 1_500;
const MEMORY_MB_MAX = 200;

/** The limits as they are by default, which tests of this kind otherwise lift. */
const ENVIRONMENT = {
  ACCOUNT_WRITES_PER_SECOND: '',
  ACCOUNT_WRITES_AT_ONCE: '',
  ACCOUNT_REQUESTS_MAX: '',
  ADDRESS_STREAMS_MAX: '1000',
};

let dataDir: string;
let system: System;
let people: readonly Person[];

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-flood-'));
  system = await startSystem({ dataDir, environment: ENVIRONMENT });
  const { stdout } = await runCommand(dataDir, ['tokens', '--count', String(HONEST + 2)]);
  const lines = stdout.trim().split('\n');
  people = lines.map((line) => JSON.parse(line) as Person);
});

after(async () => {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

async function ask(what: string, person?: Person, body?: object, headers = {}): Promise<Answer> {
  const [method = 'GET', path = ''] = what.split(' ');
  const answer = await fetch(system.address + path, {
    method,
    headers: {
      ...(person ? { authorization: `Bearer ${person.accessToken}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
}

/** What an honest person does: joins, chooses, charges and pays. @returns the answers that were refusals */
async function buy(person: Person, performanceId: string, seatId: string): Promise<string[]> {
  const refusals: string[] = [];
  const step = async (what: string, body?: object, headers = {}): Promise<Answer> => {
    const answer = await ask(what, person, body, headers);
    if (answer.status >= 400) refusals.push(`${what}: ${answer.status} ${String(answer.body['code'])}`);
    return answer;
  };
  const entries = `/v1/performances/${performanceId}/room/entries`;
  let place = await step(`POST ${entries}`, {});
  while (typeof place.body['pass'] !== 'string' && refusals.length === 0) {
    await sleep(200);
    place = await step(`GET ${entries}/me`);
  }
  const pass = { 'room-pass': String(place.body['pass']) };
  const held = await step('POST /v1/reservations', { performanceId, seatIds: [seatId] }, pass);
  await step('POST /v1/points/charges', { amount: { amount: 500_000, currency: 'KRW' } });
  await step(`POST /v1/reservations/${String(held.body['id'])}/payments`, { method: 'points' });
  await step('GET /v1/points');
  return refusals;
}

function dial(): Socket {
  const { hostname, port } = new URL(system.address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  return socket;
}

/** Sends a write many times at once on one connection, again and again. */
async function pipeline(over: AbortSignal, path: string, body: object, token = ''): Promise<void> {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: flood',
    'content-type: application/json',
    `content-length: ${text.length}`,
    ...(token === '' ? [] : [`authorization: Bearer ${token}`]),
  ];
  const request = `${head.join('\r\n')}\r\n\r\n${text}`;
  while (!over.aborted) {
    const socket = dial();
    socket.write(request.repeat(PIPELINED));
    await sleep(2_000, undefined, { signal: over }).catch(() => undefined);
    socket.destroy();
  }
}

async function repeat(over: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  const worker = async () => {
    while (!over.aborted) await work().catch(() => undefined);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

/** Opens streams of seats that nobody reads. */
function lookOn(performanceId: string): Socket[] {
  return Array.from({ length: IDLE_STREAMS }, () => {
    const socket = dial();
    socket.write(`GET /v1/performances/${performanceId}/seats/stream HTTP/1.1\r\nhost: flood\r\n\r\n`);
    return socket;
  });
}

const residentMb = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${system.pid}/status`, 'utf8'))?.[1]) / 1024;

test('honest people beside floods of every kind are never refused, and memory stays', async () => {
  const [charger, joiner, ...honest] = people as [Person, Person, ...Person[]];
  const { performanceId, seatIds } = await findDemoSale(system.address, HONEST);
  const half = HONEST / 2;
  const buyers = (from: number, to: number) =>
    honest.slice(from, to).map((person, index) => buy(person, performanceId, seatIds[from + index]!));
  assert.deepEqual((await Promise.all(buyers(0, half))).flat(), [], 'before the floods');
  const atRestMb = residentMb();

  const end = new AbortController();
  const { signal } = end;
  const streams = lookOn(performanceId);
  const entries = `/v1/performances/${performanceId}/room/entries`;
  const floods = [
    pipeline(signal, '/v1/points/charges', { amount: { amount: 1, currency: 'KRW' } }, charger.accessToken),
    pipeline(signal, '/v1/sessions/refresh', { refreshToken: randomBytes(32).toString('base64url') }),
    repeat(signal, () => ask(`GET /v1/performances/${randomUUID()}`)),
    repeat(signal, () => ask(`GET /v1/seat-plans/${randomBytes(24).toString('base64url')}`)),
    repeat(signal, async () => {
      await ask(`POST ${entries}`, joiner, {});
      await ask(`DELETE ${entries}/me`, joiner);
    }),
  ];
  await sleep(1_000);
  assert.deepEqual((await Promise.all(buyers(half, HONEST))).flat(), [], 'beside the floods');
  await sleep(5_000);
  const grown = residentMb() - atRestMb;
  end.abort();
  for (const socket of streams) socket.destroy();
  await Promise.all(floods);
  assert.ok(grown <= MEMORY_MB_MAX, `${Math.round(grown)} MB more`);
  const { code } = await runCommand(dataDir, ['check']);
  assert.equal(code, 0);
});
