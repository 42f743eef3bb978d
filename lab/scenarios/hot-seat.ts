import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import { planOf } from '../load/arrivals.ts';
import { openSales } from './sales.ts';
import { type Plan, type Scenario, strategiesOf } from './scenario.ts';

const STRATEGIES = ['batch', 'optimistic', 'pessimistic'];
const CROWDS = [1_000, 5_000, 20_000];
const CROWDS_QUICK = [1_000];
/** They come close together, whatever the system does: 20 a ms, so that they meet before the first commit. */
const ARRIVALS_PER_SECOND = 20_000;

function hotSeatVariant(lab: Lab, strategy: string, people: number): Variant {
  const arrivals = planOf('constant', ARRIVALS_PER_SECOND, (people * 1_000) / ARRIVALS_PER_SECOND);
  return {
    name: `${people} on one seat, ${strategy}`,
    strategy,
    async prepare() {
      const opened = await openSales(lab, { strategy, sales: 1, people, seat: 'hot' });
      return {
        ...opened,
        order: { loop: 'open', arrivals },
        count: (truth) => truth.seatsOwned,
        expect: (successes) => ({
          name: 'lab_one_seat_has_one_winner',
          ok: successes === 1,
          detail: `${successes} reservations of one seat`,
        }),
      };
    },
  };
}

export const hotSeat: Scenario = {
  name: 'hot-seat',
  title: { en: 'Everybody the same seat', ko: '모두가 같은 좌석' },
  about: {
    en: 'A crowd with passes wants one and the same seat at 20,000 a second. One wins, all others are told so; counted are the people who were told how it ended.',
    ko: '통과증을 가진 사람들이 초당 2만 명의 속도로 한 좌석에 몰립니다. 한 명만 이기고 나머지는 바로 결과를 들어야 하며, 결과를 들은 사람 수를 셉니다.',
  },
  counts: 'answers',
  plan(lab): Promise<Plan> {
    const { users, quick, strategy } = lab.options;
    const crowds = users === undefined ? (quick ? CROWDS_QUICK : CROWDS) : [users];
    const variants = crowds.flatMap((people) =>
      strategiesOf(strategy, STRATEGIES).map((its) => hotSeatVariant(lab, its, people)),
    );
    return Promise.resolve({ variants });
  },
};
