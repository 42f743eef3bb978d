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
import { ApiClient } from '../../traffic/api-client.ts';
import { buy, type Fan, standInLine } from '../../traffic/fan.ts';
import { holdSeats, joinLine, leaveLine, requestOf } from '../../traffic/requests.ts';
import { findDemoSale } from '../support/demo-sale.ts';
import { brokenInvariants, makePeople, type Person, type System, startSystem } from '../support/system.ts';

const HONEST = 60;
const WORKERS = 12;
const PIPELINED = 30_000;
const IDLE_STREAMS = 1_500;
const MEMORY_MB_MAX = 200;
/** Nobody honest waits for a socket that a flood has. */
const SOCKETS_MAX = 1_000;

/** The limits as they are by default, which tests of this kind otherwise lift. */
const ENVIRONMENT = {
  ACCOUNT_WRITES_PER_SECOND: '',
  ACCOUNT_WRITES_AT_ONCE: '',
  ACCOUNT_READS_PER_SECOND: '',
  ACCOUNT_REQUESTS_MAX: '',
  ADDRESS_STREAMS_MAX: '1000',
};

let dataDir: string;
let system: System;
let people: readonly Person[];
let client: ApiClient;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'firstcome-flood-'));
  system = await startSystem({ dataDir, environment: ENVIRONMENT });
  people = await makePeople(dataDir, HONEST + 2);
  client = new ApiClient(system.address, { socketsMax: SOCKETS_MAX });
});

after(async () => {
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What an honest person does: joins, chooses, charges and pays. @returns the answers that were refusals */
async function buySeat({ accessToken }: Person, performanceId: string, seatId: string): Promise<string[]> {
  const refusals: string[] = [];
  let pass: string | undefined;
  const fan: Fan = {
    async send(request) {
      const answer = await client.send(request, { accessToken, pass });
      const { code } = answer.body;
      if (answer.status >= 400) refusals.push(`${request.method} ${request.path}: ${answer.status} ${code}`);
      return answer;
    },
    pause: () => sleep(200),
  };
  const line = await standInLine(fan, performanceId);
  if (line.kind === 'admitted') pass = line.pass;
  const held = await fan.send(holdSeats(performanceId, [seatId]));
  await buy(fan, String(held.body.id), 500_000);
  await fan.send(requestOf('GET /v1/points'));
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
    honest.slice(from, to).map((person, index) => buySeat(person, performanceId, seatIds[from + index]!));
  assert.deepEqual((await Promise.all(buyers(0, half))).flat(), [], 'before the floods');
  const atRestMb = residentMb();

  const end = new AbortController();
  const { signal } = end;
  const streams = lookOn(performanceId);
  const { accessToken } = joiner;
  const floods = [
    pipeline(signal, '/v1/points/charges', { amount: { amount: 1, currency: 'KRW' } }, charger.accessToken),
    pipeline(signal, '/v1/sessions/refresh', { refreshToken: randomBytes(32).toString('base64url') }),
    repeat(signal, () => client.send(requestOf(`GET /v1/performances/${randomUUID()}`))),
    repeat(signal, () =>
      client.send(requestOf(`GET /v1/seat-plans/${randomBytes(24).toString('base64url')}`)),
    ),
    repeat(signal, async () => {
      await client.send(joinLine(performanceId), { accessToken });
      await client.send(leaveLine(performanceId), { accessToken });
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
  assert.deepEqual(await brokenInvariants(dataDir), []);
});
