import type { Lab } from '../engine/lab.ts';
import type { PreparedRun, Variant } from '../engine/variant.ts';
import type { LoadResult } from '../load/load-result.ts';
import { targetOf } from '../load/request.ts';
import { ratioTarget } from '../results/targets.ts';
import type { SubscribersEnd } from '../streams/subscribers-order.ts';
import { PASS_TTL_MS } from '../system/system.ts';
import type { TestVenue } from '../system/test-venue.ts';
import { type HoldsOrder, holdOf } from '../traffic/holds.ts';
import { formLine } from './line.ts';
import { closedOrder } from './no-op.ts';
import { openSales } from './sales.ts';
import type { Plan, Scenario } from './scenario.ts';

const PEOPLE = 20_000;
const PEOPLE_QUICK = 5_000;
/** Performances sold one after the other; each has its share of the eyes. */
const SALES = 2;
/** Of each kind: maps, and places in a line. */
const STREAMS = 2_000;
const STREAMS_QUICK = 200;
/** The line moves meanwhile, so that there is something to tell. */
const ADMISSIONS_PER_SECOND = 100;
const CONCURRENCY = 100_000;
/** The map is the database's when no version comes for so long: longer than changes are gathered for a crowd. */
const QUIET_MS = 1_500;

type Line = Awaited<ReturnType<typeof formLine>>;

function saleVariant(lab: Lab, name: string, streams: number): Variant {
  const { users, quick } = lab.options;
  return {
    name,
    strategy: 'batch',
    async prepare() {
      const people = users ?? (quick ? PEOPLE_QUICK : PEOPLE);
      const opened = await openSales(lab, { strategy: 'batch', sales: SALES, people, seat: 'own' });
      const { venue } = await lab.system();
      const line = await formLine(lab, quick ? STREAMS_QUICK : STREAMS);
      await venue.setRoom(line.performanceId, { concurrency: CONCURRENCY });
      return {
        ...opened,
        order: closedOrder(lab, 4_000, 1_000),
        beside: movingLine(venue, line),
        ...(streams > 0 ? { subscribers: await subscribersOf(venue, opened, { line, streams }) } : {}),
        count: (truth) => truth.seatsOwned,
      };
    },
  };
}

function movingLine(venue: TestVenue, { performanceId }: Line): NonNullable<PreparedRun['beside']> {
  return {
    begin: () => venue.setRoom(performanceId, { ratePerSecond: ADMISSIONS_PER_SECOND }),
    end: () => venue.setRoom(performanceId, { ratePerSecond: 0 }),
  };
}

async function subscribersOf(
  venue: TestVenue,
  { address, traffic }: Pick<PreparedRun, 'address' | 'traffic'>,
  { line, streams }: { readonly line: Line; readonly streams: number },
): Promise<NonNullable<PreparedRun['subscribers']>> {
  const holds = traffic as HoldsOrder;
  const ids = holds.sales.map((sale) => sale.performanceId);
  const viewers = Math.floor(streams / ids.length);
  const maps = await Promise.all(
    // Everybody in the sale has been refused a seat before: the map must have heard of all that.
    ids.map(async (performanceId) => ({
      performanceId,
      picture: await quietMap(venue, performanceId),
      viewers,
    })),
  );
  return {
    order: { target: targetOf(address), maps, line: { ...line, count: streams }, passTtlMs: PASS_TTL_MS },
    end: (load) => endOf(venue, { load, holds, line: line.performanceId }),
  };
}

async function endOf(
  venue: TestVenue,
  { load, holds, line }: { readonly load: LoadResult; readonly holds: HoldsOrder; readonly line: string },
): Promise<SubscribersEnd> {
  const marks = load.marks.map(([index, atMs]) => ({ ...holdOf(holds, index), atMs }));
  const maps = await Promise.all(
    holds.sales.map(async ({ performanceId }) => ({
      performanceId,
      picture: await quietMap(venue, performanceId),
      marks: marks.filter((mark) => mark.performanceId === performanceId),
    })),
  );
  const { admittedTotal } = await venue.lineOf(line);
  return { maps, admittedTotal };
}

/** The map of a performance once nothing changes any more. */
async function quietMap(venue: TestVenue, performanceId: string) {
  let picture = await venue.seatsOf(performanceId);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const later = await venue.seatsOf(performanceId);
    if (later.version === picture.version) return later;
    picture = later;
  }
}

export const streams: Scenario = {
  name: 'streams',
  title: { en: 'A sale that many watch', ko: '많은 사람이 지켜보는 판매' },
  about: {
    en: 'The same sale without and with people who look on over event streams: half of them at the seat maps of the performances that are being sold, half at their place in a line that moves. One in twenty breaks off and resumes with the id of its last event. Everybody must be told every change, in order and once. What the streams cost the sale includes the reading of them, which happens on the same machine; the delays stand with the latencies.',
    ko: '같은 판매를 이벤트 스트림 시청자 없이, 그리고 시청자와 함께 진행합니다. 절반은 판매 중인 공연의 좌석표를, 절반은 줄어드는 대기열에서 자기 순번을 봅니다. 스무 개 중 하나는 끊었다가 마지막 이벤트 번호로 이어받습니다. 모두가 모든 변경을 순서대로 한 번씩 받아야 합니다. 스트림을 읽는 비용도 같은 기계에서 쓰므로 처리량 비율에 포함되며, 전달 지연은 지연 시간 표에 있습니다.',
  },
  counts: 'successes',
  long: true,
  plan(lab): Promise<Plan> {
    const count = lab.options.quick ? STREAMS_QUICK : STREAMS;
    const [alone, watched] = ['a sale nobody watches', `a sale with ${count} + ${count} streams`];
    const variants = [saleVariant(lab, alone, 0), saleVariant(lab, watched, count)];
    const targets = [ratioTarget(`${watched} / ${alone}`, 0.85)];
    return Promise.resolve({ variants, ratios: [{ of: watched, to: alone }], targets });
  },
};
