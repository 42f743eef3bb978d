import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import type { LoadOrder } from '../load/load-order.ts';
import { closedOrder, noOpVariant } from './no-op.ts';
import type { Plan, Scenario } from './scenario.ts';

const JOINERS = 80_000;
const JOINERS_QUICK = 20_000;
const LINES = [10_000, 100_000];
const LINES_QUICK = [5_000];
/** Those who ask: as many as the system remembers tokens of, and no more than stand in the line. */
const POLLERS_MAX = 20_000;
const SEATS = 100;

function joinVariant(lab: Lab, order: LoadOrder): Variant {
  const count = lab.options.users ?? (lab.options.quick ? JOINERS_QUICK : JOINERS);
  return {
    name: 'join',
    async prepare() {
      const { system, hall } = await lab.system();
      const performanceId = await hall.putOn(SEATS);
      const people = await lab.people(system, count);
      return {
        address: system.address,
        system,
        // Whoever joins has just logged in: the system signed the token and knows it.
        before: [{ kind: 'no-op', method: 'GET', people, once: true }],
        traffic: { kind: 'join', performanceId, people, count },
        order,
        count: (truth) => truth.numbersGiven,
      };
    },
  };
}

function pollVariant(lab: Lab, length: number, order: LoadOrder): Variant {
  let line: Promise<{ performanceId: string; people: string }> | undefined;
  const pollers = Math.min(length, POLLERS_MAX);
  return {
    name: `poll, ${length} in line`,
    async prepare() {
      const { system } = await lab.system();
      const { address } = system;
      line ??= formLine(lab, length);
      const traffic = { kind: 'poll', ...(await line), count: pollers } as const;
      // People who wait have asked before.
      return { address, system, before: [{ ...traffic, once: true }], traffic, order };
    },
  };
}

/** Lets people join a line that admits nobody. */
export async function formLine(lab: Lab, count: number): Promise<{ performanceId: string; people: string }> {
  const { system, hall } = await lab.system();
  const performanceId = await hall.putOn(SEATS);
  await hall.setRoom(performanceId, { ratePerSecond: 0 });
  const people = await lab.people(system, count);
  await lab.goBefore({ address: system.address, traffic: { kind: 'join', performanceId, people, count } });
  return { performanceId, people };
}

export const join: Scenario = {
  name: 'join',
  title: { en: 'Joining the line', ko: '대기열 진입' },
  about: {
    en: 'Everybody joins the line of a performance once. A success is a number in line that the database keeps.',
    ko: '모든 사람이 한 공연의 대기열에 한 번씩 들어갑니다. 데이터베이스에 저장된 대기 번호만 성공으로 셉니다.',
  },
  counts: 'successes',
  plan(lab): Promise<Plan> {
    const order = closedOrder(lab, 4_000, 1_500);
    const variants = [noOpVariant(lab, 'POST', order), joinVariant(lab, order)];
    return Promise.resolve({ variants, ratios: [{ of: 'join', to: 'no-op POST' }] });
  },
};

export const poll: Scenario = {
  name: 'poll',
  title: { en: 'Asking for the position', ko: '순번 조회' },
  about: {
    en: 'People in line ask where they stand, with lines of different length: the exact position must not cost more the longer the line is.',
    ko: '길이가 다른 대기열에서 사람들이 자기 순번을 묻습니다. 줄이 길어져도 정확한 순번 조회의 비용이 늘지 않아야 합니다.',
  },
  counts: 'answers',
  plan(lab): Promise<Plan> {
    const { users, quick } = lab.options;
    const order = closedOrder(lab, 4_000, 1_000);
    const lengths = users === undefined ? (quick ? LINES_QUICK : LINES) : [users];
    const names = lengths.map((length) => `poll, ${length} in line`);
    const variants = [
      noOpVariant(lab, 'GET', order),
      ...lengths.map((length) => pollVariant(lab, length, order)),
    ];
    const [shortest, ...longer] = names;
    const ratios = [
      ...names.map((name) => ({ of: name, to: 'no-op GET' })),
      ...longer.map((name) => ({ of: name, to: shortest! })),
    ];
    return Promise.resolve({ variants, ratios });
  },
};
