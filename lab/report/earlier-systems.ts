import type { RunResult, ScenarioResult } from '../results/scenario-result.ts';
import type { Words } from '../words.ts';

/** A figure of an earlier system: what it published, or what its unchanged code did on a two-core machine. */
export type EarlierFigure = {
  readonly system: keyof typeof earlierSystems;
  readonly what: Words;
  readonly figure: Words;
  /** What was really counted. */
  readonly counted: Words;
  /** Whether it was run for this comparison, with its database looked at afterwards, or published. */
  readonly source: 'run' | 'published';
  /** Our run of the same thing, where the lab has one. */
  readonly ours?: { readonly scenario: string; readonly run: RegExp };
};

type EarlierSystem = {
  readonly name: Words;
  /** Where its code and its documents are read; left out where no public address is known. */
  readonly address?: string;
};

export const earlierSystems: Readonly<Record<'S0' | 'S1' | 'S2' | 'S3' | 'S4', EarlierSystem>> = {
  S0: { name: { en: 'S0 taxi dispatcher', ko: 'S0 택시 배차' } },
  S1: {
    name: { en: 'S1 ForTickets, a ticket shop of microservices', ko: 'S1 ForTickets (마이크로서비스 예매)' },
    address: 'https://github.com/for-men/ForTickets',
  },
  S2: { name: { en: 'S2 concert waiting line', ko: 'S2 콘서트 대기열' } },
  S3: { name: { en: 'S3 concert booking with a Kafka saga', ko: 'S3 Kafka 사가 예매' } },
  S4: { name: { en: 'S4 seat booking, from RabbitMQ to bulk', ko: 'S4 RabbitMQ에서 벌크로 옮긴 예매' } },
};

const JOIN = { scenario: 'join', run: /^join$/ };
const HOLD = { scenario: 'holds', run: /^holds batch$/ };
const HOT = { scenario: 'hot-seat', run: /^\d+ on one seat, batch$/ };

const text = (en: string, ko: string): Words => ({ en, ko });
const JOINED: Words = text('people in line, in its store', '저장소에 남은 대기자');
const RESERVED: Words = text('reservations in its database', '데이터베이스에 남은 예약');
const ANSWERED: Words = text('answers, one of them a success', '응답 수 (성공은 하나)');

export const earlierFigures: readonly EarlierFigure[] = [
  {
    system: 'S2',
    what: text('join the line', '대기열 진입'),
    figure: text('1,862/s, p95 434 ms', '초당 1,862건, p95 434 ms'),
    counted: text('answers', '응답'),
    source: 'published',
    ours: JOIN,
  },
  {
    system: 'S2',
    what: text('join the line', '대기열 진입'),
    figure: text('1,218/s', '초당 1,218건'),
    counted: JOINED,
    source: 'run',
    ours: JOIN,
  },
  {
    system: 'S3',
    what: text('join the line', '대기열 진입'),
    figure: text('1,877/s', '초당 1,877건'),
    counted: JOINED,
    source: 'run',
    ours: JOIN,
  },
  {
    system: 'S2',
    what: text('reserve', '예약'),
    figure: text('583/s', '초당 583건'),
    counted: RESERVED,
    source: 'run',
    ours: HOLD,
  },
  {
    system: 'S3',
    what: text('reserve, over 100 concerts', '예약 (콘서트 100개)'),
    figure: text('548/s', '초당 548건'),
    counted: RESERVED,
    source: 'run',
    ours: HOLD,
  },
  {
    system: 'S1',
    what: text('book, without and with a queue', '예매 (대기열 없이 → 있이)'),
    figure: text('55 → 400/s', '초당 55 → 400건'),
    counted: text('202 (accepted) and 400 (refused) as successes', '202(접수)와 400(거절)도 성공으로 셈'),
    source: 'published',
    ours: HOLD,
  },
  {
    system: 'S4',
    what: text('book in bulk', '벌크 예매'),
    figure: text('500/s at 0.5 s on average', '초당 500건, 평균 0.5초'),
    counted: text('messages taken from the queue', '큐에서 꺼낸 메시지'),
    source: 'published',
    ours: HOLD,
  },
  {
    system: 'S2',
    what: text('one seat for all', '한 좌석 경쟁'),
    figure: text('527/s', '초당 527건'),
    counted: ANSWERED,
    source: 'run',
    ours: HOT,
  },
  {
    system: 'S3',
    what: text('one seat for all', '한 좌석 경쟁'),
    figure: text('375/s', '초당 375건'),
    counted: ANSWERED,
    source: 'run',
    ours: HOT,
  },
  {
    system: 'S1',
    what: text('5,000 on one seat', '한 좌석에 5,000건'),
    figure: text(
      '16.26% answered (serializable), 92.62% (Redis lock)',
      '응답률 16.26% (SERIALIZABLE), 92.62% (Redis 락)',
    ),
    counted: text('any answer', '모든 응답'),
    source: 'published',
    ours: HOT,
  },
  {
    system: 'S2',
    what: text('sell, as shipped', '판매 (기본 설정)'),
    figure: text('42 sold/s', '초당 42건 판매'),
    counted: text(
      'sold seats; its scheduler admits 50 a second',
      '팔린 좌석. 스케줄러가 초당 50명만 입장시킴',
    ),
    source: 'run',
  },
  {
    system: 'S3',
    what: text('sell, one date', '판매 (한 회차)'),
    figure: text('34 sold/s', '초당 34건 판매'),
    counted: text('sold seats; 905 of 1,000 get a 500', '팔린 좌석. 1,000건 중 905건이 500 오류'),
    source: 'run',
  },
  {
    system: 'S3',
    what: text('200 people for 8 minutes', '200명, 8분'),
    figure: text('p95 22.6 to 50 ms', 'p95 22.6~50 ms'),
    counted: text(
      'all answers; 285 payments in all, with 500 and 1,000 people none',
      '모든 응답. 결제는 모두 285건, 500명·1,000명에서는 0건',
    ),
    source: 'published',
  },
  {
    system: 'S2',
    what: text('admit 10,000', '10,000명 입장 처리'),
    figure: text('7.4 s in a loop, 0.9 s in a pipeline', '반복 7.4초, 파이프라인 0.9초'),
    counted: text('commands to Redis', 'Redis 명령'),
    source: 'published',
  },
  {
    system: 'S1',
    what: text('list of concerts, without and with a cache', '공연 목록 (캐시 없이 → 있이)'),
    figure: text('161 → 500/s', '초당 161 → 500건'),
    counted: text('answers', '응답'),
    source: 'published',
  },
  {
    system: 'S1',
    what: text('seats, one and two instances', '좌석 조회 (인스턴스 1 → 2)'),
    figure: text('65.8 → 88.5/s', '초당 65.8 → 88.5건'),
    counted: text('answers', '응답'),
    source: 'published',
  },
  {
    system: 'S0',
    what: text('70 riders and 70 drivers', '승객 70명, 기사 70명'),
    figure: text('no figures', '수치 없음'),
    counted: text('nothing', '없음'),
    source: 'published',
  },
];

/** Our figure for the same thing: of several the last, which is the largest crowd. */
export function ourRunOf(figure: EarlierFigure, results: readonly ScenarioResult[]): RunResult | undefined {
  const { ours } = figure;
  const scenario = ours && results.find((result) => result.scenario === ours.scenario);
  return scenario?.runs.findLast((run) => ours?.run.test(run.name));
}
