import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import type { LoadOrder } from '../load/load-order.ts';
import { ratioTarget } from '../results/targets.ts';
import { closedOrder, noOpVariant } from './no-op.ts';
import type { Plan, Scenario } from './scenario.ts';

const JOINERS = 80_000;
const JOINERS_QUICK = 20_000;
const SEATS = 100;

/** People who join the same line once; unless `areSeen` says otherwise the system knows their tokens. */
export function joinVariant(
  lab: Lab,
  order: LoadOrder,
  { name, areSeen }: { readonly name: string; readonly areSeen: boolean } = { name: 'join', areSeen: true },
): Variant {
  const count = lab.options.users ?? (lab.options.quick ? JOINERS_QUICK : JOINERS);
  return {
    name,
    async prepare() {
      const { system, venue } = await lab.system();
      const performanceId = await venue.putOn(SEATS);
      const people = await lab.people(system, count);
      return {
        address: system.address,
        system,
        // Those who join have mostly just logged in: the system signed the token and knows it.
        before: areSeen ? [{ kind: 'no-op', method: 'GET', people, once: true }] : [],
        traffic: { kind: 'join', performanceId, people, count },
        order,
        count: (truth) => truth.numbersGiven,
      };
    },
  };
}

/** Lets people join a line that admits nobody. */
export async function formLine(
  lab: Lab,
  count: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ performanceId: string; people: string }> {
  const { system, venue } = await lab.system('batch', environment);
  const performanceId = await venue.putOn(SEATS);
  await venue.setRoom(performanceId, { ratePerSecond: 0 });
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
    const targets = [ratioTarget('join / no-op POST', 0.7)];
    return Promise.resolve({ variants, ratios: [{ of: 'join', to: 'no-op POST' }], targets });
  },
};
