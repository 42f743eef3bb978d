import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../engine/lab.ts';
import type { PreparedRun, Variant } from '../engine/variant.ts';
import { latencyRatioTarget } from '../results/targets.ts';
import { closedOrder } from './no-op.ts';
import { openSales } from './sales.ts';
import type { Plan, Scenario } from './scenario.ts';

const PEOPLE = 20_000;
const PEOPLE_QUICK = 5_000;
/** Writes sent at once on one connection. */
const PIPELINED = 3_000;
const IDLE_STREAMS = 1_000;
/** Of made-up ids, of performances and of seat plans each. */
const GUESSERS = 2;
const AGAIN_MS = 1_000;

/** The limits as they are by default, which the lab otherwise lifts, for this machine's address too. */
const ENVIRONMENT = {
  ACCOUNT_WRITES_PER_SECOND: '',
  ACCOUNT_WRITES_AT_ONCE: '',
  ACCOUNT_READS_PER_SECOND: '',
  ACCOUNT_REQUESTS_MAX: '',
  ADDRESS_LIMITS: 'on',
  ADDRESS_STREAMS_MAX: String(IDLE_STREAMS),
};

function saleVariant(lab: Lab, name: string, isFlooded: boolean): Variant {
  return {
    name,
    strategy: 'batch',
    async prepare() {
      const { users, quick } = lab.options;
      const people = users ?? (quick ? PEOPLE_QUICK : PEOPLE);
      const opened = await openSales(lab, {
        strategy: 'batch',
        sales: 1,
        people,
        seat: 'own',
        environment: ENVIRONMENT,
      });
      return {
        ...opened,
        order: closedOrder(lab, 4_000, 1_000),
        ...(isFlooded ? { beside: createFlood(opened.address, performanceOf(opened)) } : {}),
        count: (truth) => truth.seatsOwned,
      };
    },
  };
}

function performanceOf({ traffic }: Pick<PreparedRun, 'traffic'>): string {
  return 'sales' in traffic ? (traffic.sales[0]?.performanceId ?? '') : '';
}

/** Renewals without an account, looks at what does not exist, and streams that nobody reads. */
function createFlood(address: string, performanceId: string): NonNullable<PreparedRun['beside']> {
  const end = new AbortController();
  const streams: Socket[] = [];
  let floods: Promise<unknown> = Promise.resolve();
  return {
    begin() {
      for (let i = 0; i < IDLE_STREAMS; i++) {
        const socket = dial(address);
        socket.write(`GET /v1/performances/${performanceId}/seats/stream HTTP/1.1\r\nhost: flood\r\n\r\n`);
        streams.push(socket);
      }
      const guess = (path: () => string) => () =>
        fetch(address + path()).then((answer) => answer.arrayBuffer());
      const plan = () => `/v1/seat-plans/${randomBytes(24).toString('base64url')}`;
      const guessers = [guess(() => `/v1/performances/${randomUUID()}`), guess(plan)];
      floods = Promise.all([
        pipeline(address, end.signal),
        ...guessers.flatMap((work) => Array.from({ length: GUESSERS }, () => repeat(end.signal, work))),
      ]);
      return Promise.resolve();
    },
    async end() {
      end.abort();
      for (const socket of streams) socket.destroy();
      await floods;
    },
  };
}

function dial(address: string): Socket {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  return socket;
}

async function pipeline(address: string, over: AbortSignal): Promise<void> {
  const body = JSON.stringify({ refreshToken: randomBytes(32).toString('base64url') });
  const head = ['host: flood', 'content-type: application/json', `content-length: ${body.length}`];
  const request = `POST /v1/sessions/refresh HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`;
  while (!over.aborted) {
    const socket = dial(address);
    socket.write(request.repeat(PIPELINED));
    await sleep(AGAIN_MS, undefined, { signal: over }).catch(() => undefined);
    socket.destroy();
  }
}

async function repeat(over: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  while (!over.aborted) await work().catch(() => undefined);
}

export const flood: Scenario = {
  name: 'flood',
  title: { en: 'A sale beside a flood', ko: '공격 트래픽 속의 판매' },
  about: {
    en: 'The same sale alone, and beside one client that sends thousands of token renewals at once on a connection, others that ask for ids that do not exist, and a thousand idle streams. Nobody honest may be refused, and their p99 is to be at most twice that of the sale alone.',
    ko: '같은 판매를 단독으로, 그리고 공격과 함께 진행합니다. 한 연결로 토큰 갱신 수천 건을 한꺼번에 보내는 클라이언트, 존재하지 않는 번호를 계속 묻는 클라이언트, 아무도 읽지 않는 스트림 천 개가 함께 붙습니다. 정상 이용자는 한 명도 거절되지 않아야 하고, p99 지연은 단독 판매의 두 배 이하여야 합니다.',
  },
  counts: 'successes',
  long: true,
  plan(lab): Promise<Plan> {
    const [alone, flooded] = ['a sale alone', 'a sale beside a flood'];
    const variants = [saleVariant(lab, alone, false), saleVariant(lab, flooded, true)];
    const targets = [latencyRatioTarget({ of: flooded, to: alone }, 'p99', 2)];
    return Promise.resolve({ variants, ratios: [{ of: flooded, to: alone }], targets });
  },
};
