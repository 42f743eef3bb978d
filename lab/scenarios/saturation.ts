import type { Lab } from '../engine/lab.ts';
import { latencyOf, type MeasuredRun, perSecondOf } from '../engine/measured-run.ts';
import type { Variant } from '../engine/variant.ts';
import { planOf } from '../load/arrivals.ts';
import { RateSearch } from '../measure/rate-search.ts';
import { spreadOf } from '../measure/statistics.ts';
import { latencyTarget, latencyToStepTarget, ratioTarget } from '../results/targets.ts';
import { timeCommits } from '../system/commits.ts';
import type { System } from '../system/system.ts';
import { closedOrder } from './no-op.ts';
import { openSales } from './sales.ts';
import type { Plan, Scenario } from './scenario.ts';

const PEAK_PEOPLE = 20_000;
const SEARCH_STEPS = 5;
const SEARCH_MS = 3_000;
const P99_MS_MAX = 100;
/** Above what a closed loop reached nothing can be sustained for long. */
const CEILING = 1.3;
const PRESSURE_MS = 5_000;
/** What a search of short loads found must be sustained for longer, so many times in turn, or by so much less. */
const CONFIRMATIONS = 2;
const STEP_DOWN = 0.85;
/** Below this share of the peak something else is wrong: nothing is sought there. */
const SHARE_MIN = 0.1;
const SHARES = [0.1, 0.8];
/** Commits that are timed before a load of a tenth, to set its latency in relation. */
const COMMITS = 500;
const COMMIT = 'one database commit, in a row';
/** With the pauses that holds of this rate have between them: see `npm run cli -- commits`. */
const PACED_COMMIT = 'one database commit, at this rate';
/** The command takes no higher rate. */
const COMMITS_PER_SECOND_MAX = 1_000;
const OVERLOAD = 3;
const OVERLOAD_MS = 3_000;
/** As many as the system remembers tokens of, with room to spare. */
const PEOPLE_MAX = 90_000;
/** In the overload people come on connections of their own, so that they wait in the system and not before it. */
const OVERLOAD_CONNECTIONS = 12_000;
/**
 * Less than the connections, so that there is an excess; and more than is sold while an event loop turns away those who
 * came before an answer of the database on its sockets, which are read in the order in which they became ready: some
 * half a second. At 20,000 a second 4,096 sold 0.41 to 0.76 of the peak (eight rounds), 6,144 0.51 to 0.66 and 8,192
 * 0.61 to 1.13 (three each). The default of 32,768 is more than there are connections.
 */
const OVERLOAD_QUEUE = { HOLD_QUEUE_MAX: '8192' };
const HALL_PEOPLE_MAX = 20_000;
const PEAK = 'holds as fast as answered';

type OpenLoadPlan = {
  readonly name: string;
  readonly perSecond: number;
  readonly durationMs: number;
  readonly overload?: boolean;
  /** Shows how long one commit of one row takes, measured before each round. */
  readonly besideCommits?: boolean;
  readonly minor?: boolean;
};

/** People who come on their own at a rate, each for a seat of their own. */
function openVariant(
  lab: Lab,
  { name, perSecond, durationMs, overload, besideCommits, minor = false }: OpenLoadPlan,
): Variant {
  const arrivals = planOf('poisson', perSecond, durationMs);
  const needed = Math.min(PEOPLE_MAX, Math.ceil(((perSecond * durationMs) / 1_000) * 1.05) + 100);
  const sales = Math.ceil(needed / HALL_PEOPLE_MAX);
  return {
    name,
    strategy: 'batch',
    minor,
    async prepare() {
      const people = roundUp(Math.ceil(needed / sales), lab.options.generators);
      const opened = await openSales(lab, {
        strategy: 'batch',
        sales,
        people,
        seat: 'own',
        ...(overload ? { environment: OVERLOAD_QUEUE } : {}),
      });
      const shownBeside = besideCommits && opened.system ? await commitsOf(opened.system, perSecond) : {};
      return {
        ...opened,
        shownBeside,
        order: { loop: 'open', arrivals },
        ...(overload ? { connections: OVERLOAD_CONNECTIONS } : {}),
        count: (truth) => truth.seatsOwned,
      };
    },
  };
}

async function commitsOf(system: System, holdsPerSecond: number): Promise<Record<string, string>> {
  const perSecond = Math.round(Math.min(COMMITS_PER_SECOND_MAX, Math.max(1, holdsPerSecond)));
  const inARow = await timeCommits(system, { count: COMMITS });
  const paced = await timeCommits(system, { count: COMMITS, perSecond });
  return { [COMMIT]: inARow.encode(), [PACED_COMMIT]: paced.encode() };
}

function peakVariant(lab: Lab): Variant {
  const order = closedOrder(lab, 3_000, 1_000);
  return {
    name: PEAK,
    strategy: 'batch',
    async prepare() {
      const opened = await openSales(lab, { strategy: 'batch', sales: 3, people: PEAK_PEOPLE, seat: 'own' });
      return { ...opened, order, count: (truth) => truth.seatsOwned };
    },
  };
}

function isSustained(run: MeasuredRun): boolean {
  const { won, refused, error } = run.result.outcomes;
  return won > 0 && refused + error === 0 && latencyOf(run).percentile(99) <= P99_MS_MAX;
}

/** One rate after the other, then shares of the highest that was sustained. */
function searchPlan(lab: Lab, search: RateSearch, peak: number): Plan | undefined {
  const rate = search.next();
  if (rate === undefined) {
    return confirmPlan(lab, search.best > 0 ? search.best : search.tooMuch * STEP_DOWN, peak * SHARE_MIN);
  }
  const name = `${rate}/s, p99 ≤ ${P99_MS_MAX} ms?`;
  return {
    variants: [openVariant(lab, { name, perSecond: rate, durationMs: SEARCH_MS, minor: true })],
    repeats: 1,
    next(runs) {
      search.note(rate, isSustained(runs.at(-1)!));
      return Promise.resolve(searchPlan(lab, search, peak));
    },
  };
}

/** The machine may have had a good moment: a rate is saturation when it is sustained again and again. */
function confirmPlan(lab: Lab, found: number, lowest: number, times = CONFIRMATIONS): Plan {
  const rate = Math.round(Math.max(1, found, lowest));
  const name = `${rate}/s again, p99 ≤ ${P99_MS_MAX} ms?`;
  return {
    variants: [openVariant(lab, { name, perSecond: rate, durationMs: PRESSURE_MS, minor: true })],
    repeats: 1,
    next(runs) {
      if (!isSustained(runs.at(-1)!) && rate > lowest)
        return Promise.resolve(confirmPlan(lab, rate * STEP_DOWN, lowest));
      return Promise.resolve(times > 1 ? confirmPlan(lab, rate, lowest, times - 1) : pressurePlan(lab, rate));
    },
  };
}

function pressurePlan(lab: Lab, saturation: number): Plan {
  const shares = SHARES.map((share) =>
    openVariant(lab, {
      name: `${share} × saturation`,
      perSecond: saturation * share,
      durationMs: PRESSURE_MS,
      besideCommits: share === SHARES[0]!,
    }),
  );
  const name = `${OVERLOAD} × saturation`;
  const overload = openVariant(lab, {
    name,
    perSecond: saturation * OVERLOAD,
    durationMs: OVERLOAD_MS,
    overload: true,
  });
  const [tenth, most] = SHARES.map((share) => `${share} × saturation`) as [string, string];
  const targets = [
    ...[COMMIT, PACED_COMMIT].flatMap((step) => [
      latencyToStepTarget(tenth, 'p50', { step, limit: 2 }),
      latencyToStepTarget(tenth, 'p99', { step, limit: 5 }),
    ]),
    latencyTarget(most, 'p99', P99_MS_MAX),
    ratioTarget(`${name} / ${PEAK}`, 0.85),
  ];
  return { variants: [...shares, overload], ratios: [{ of: name, to: PEAK }], targets };
}

export const saturation: Scenario = {
  name: 'saturation',
  title: { en: 'Holds below and beyond saturation', ko: '포화 전후의 좌석 선점' },
  about: {
    en: 'People come on their own, whatever the system does. First the highest rate is sought at which 99% are answered within 100 ms and nobody is turned away, twice in turn; then a tenth, four fifths and three times of it. Beyond saturation the excess must be told to come later, and as many seats be sold as before.',
    ko: '시스템이 어떻든 사람들은 제 속도로 옵니다. 먼저 99%가 100 ms 안에 답을 받고 아무도 돌려보내지 않는 최고 속도를 찾아 두 번 연달아 확인하고, 그 10분의 1, 10분의 8, 3배로 보냅니다. 포화를 넘으면 초과분은 나중에 오라는 안내를 받아야 하고, 팔리는 좌석 수는 그대로여야 합니다.',
  },
  counts: 'successes',
  long: true,
  plan(lab): Promise<Plan> {
    return Promise.resolve({
      variants: [peakVariant(lab)],
      next(runs) {
        const peak = spreadOf(runs.map(perSecondOf)).median;
        return Promise.resolve(searchPlan(lab, new RateSearch(peak * CEILING, SEARCH_STEPS), peak));
      },
    });
  },
};

function roundUp(count: number, of: number): number {
  return Math.ceil(count / of) * of;
}
