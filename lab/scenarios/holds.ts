import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import type { LoadOrder } from '../load/load-order.ts';
import { ratioTarget } from '../results/targets.ts';
import { closedOrder, noOpVariant } from './no-op.ts';
import { openSales } from './sales.ts';
import { type Plan, type Scenario, strategiesOf } from './scenario.ts';

const STRATEGIES = ['batch', 'optimistic', 'pessimistic'];
/** People of one performance; a batch sells out one venue of them after the other. */
const PEOPLE = 20_000;
/** In a quick run fewer: those who hold one by one do not get that far, and take long over what comes before. */
const PEOPLE_QUICK = { batch: 8_000, other: 4_000 };
/** Performances in one run: enough seats for the time, and tokens that the system can remember at once. */
const SALES = { batch: 4, other: 1 };
const SALES_QUICK = { batch: 2, other: 1 };

function holdsVariant(lab: Lab, strategy: string, order: LoadOrder): Variant {
  const { users, quick } = lab.options;
  const kind = strategy === 'batch' ? 'batch' : 'other';
  const people = users ?? (quick ? PEOPLE_QUICK[kind] : PEOPLE);
  return {
    name: `holds ${strategy}`,
    strategy,
    async prepare() {
      const sales = (quick ? SALES_QUICK : SALES)[kind];
      const opened = await openSales(lab, { strategy, sales, people, seat: 'own' });
      return { ...opened, order, count: (truth) => truth.seatsOwned };
    },
  };
}

export const holds: Scenario = {
  name: 'holds',
  title: { en: 'Everybody another seat', ko: '각자 다른 좌석' },
  about: {
    en: 'People with passes hold a seat of their own each, venue after venue, as fast as they are answered. Token and pass are checked, a success is a seat that the database shows as held.',
    ko: '통과증을 가진 사람들이 각자 다른 좌석을 응답이 오는 대로 계속 선점합니다. 토큰과 통과증을 모두 검사하며, 데이터베이스에 남은 좌석만 성공으로 셉니다.',
  },
  counts: 'successes',
  plan(lab): Promise<Plan> {
    const order = closedOrder(lab, 4_000, 1_500);
    const strategies = strategiesOf(lab.options.strategy, STRATEGIES);
    const variants = [
      noOpVariant(lab, 'POST', order),
      ...strategies.map((strategy) => holdsVariant(lab, strategy, order)),
    ];
    const others = strategies.filter((strategy) => strategy !== 'batch');
    const ratios = [
      ...strategies.map((strategy) => ({ of: `holds ${strategy}`, to: 'no-op POST' })),
      ...(strategies.includes('batch') ? others : []).map((strategy) => ({
        of: 'holds batch',
        to: `holds ${strategy}`,
      })),
    ];
    const targets = [
      ratioTarget('holds batch / no-op POST', 0.8),
      ...['optimistic', 'pessimistic'].map((its) => ratioTarget(`holds batch / holds ${its}`, 5)),
    ];
    return Promise.resolve({ variants, ratios, targets });
  },
};
