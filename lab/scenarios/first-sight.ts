import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import type { LoadOrder } from '../load/load-order.ts';
import { ratioTarget } from '../results/targets.ts';
import { joinVariant } from './line.ts';
import { closedOrder } from './no-op.ts';
import { openSales } from './sales.ts';
import type { Plan, Scenario } from './scenario.ts';

const SIGHTS = ['seen', 'new'] as const;
type Sight = (typeof SIGHTS)[number];

const PEOPLE = 60_000;
const PEOPLE_QUICK = 10_000;
/** Performances of one run of holds, each with an equal share of the people. */
const SALES = 4;

function peopleOf(lab: Lab): number {
  return lab.options.users ?? (lab.options.quick ? PEOPLE_QUICK : PEOPLE);
}

/** Every token is brought once during the load; those that are seen were brought once before. */
function noOpOnce(lab: Lab, sight: Sight, order: LoadOrder): Variant {
  return {
    name: `no-op, ${sight} tokens`,
    async prepare() {
      const { system } = await lab.system();
      const people = await lab.people(system, peopleOf(lab));
      return {
        address: system.address,
        system,
        before: sight === 'new' ? [] : [{ kind: 'no-op', method: 'GET', people, once: true }],
        traffic: { kind: 'no-op', method: 'POST', people, once: true },
        order,
      };
    },
  };
}

function holdOnce(lab: Lab, sight: Sight, order: LoadOrder): Variant {
  return {
    name: `hold, ${sight} tokens`,
    strategy: 'batch',
    async prepare() {
      const people = Math.ceil(peopleOf(lab) / SALES);
      const sale = await openSales(lab, { strategy: 'batch', sales: SALES, people, seat: 'own' });
      const before = sight === 'new' ? [] : (sale.before ?? []);
      return { ...sale, before, order, count: (truth) => truth.seatsOwned };
    },
  };
}

/** A crowd that comes for the first time, beside one whose tokens and passes the process has seen. */
export const firstSight: Scenario = {
  name: 'first-sight',
  title: { en: 'Tokens that are seen for the first time', ko: '처음 보는 토큰' },
  about: {
    en: 'The same requests by people whose tokens the process has seen, and by people who come for the first time: nothing done, a place in the line, a seat held. The tokens were signed by another process that has the same secret.',
    ko: '서버가 이미 확인한 토큰을 가진 사람들과 처음 오는 사람들이 같은 요청을 보냅니다: 아무 일도 하지 않는 요청, 대기열 진입, 좌석 선점. 토큰은 같은 비밀 키를 가진 다른 프로세스가 서명했습니다.',
  },
  counts: 'successes',
  plan(lab): Promise<Plan> {
    const order = closedOrder(lab, 4_000, 1_500);
    const kinds = [
      { name: 'no-op', atLeast: 0.85, variant: noOpOnce },
      {
        name: 'join',
        atLeast: 0.85,
        variant: (_: Lab, sight: Sight) =>
          joinVariant(lab, order, { name: `join, ${sight} tokens`, areSeen: sight === 'seen' }),
      },
      { name: 'hold', atLeast: 0.8, variant: holdOnce },
    ];
    const nameOf = (kind: string, sight: Sight) => `${kind}, ${sight} tokens`;
    return Promise.resolve({
      variants: kinds.flatMap(({ variant }) => SIGHTS.map((sight) => variant(lab, sight, order))),
      ratios: kinds.map(({ name }) => ({ of: nameOf(name, 'new'), to: nameOf(name, 'seen') })),
      targets: kinds.map(({ name, atLeast }) =>
        ratioTarget(`${nameOf(name, 'new')} / ${nameOf(name, 'seen')}`, atLeast),
      ),
    });
  },
};
