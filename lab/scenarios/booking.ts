import type { Lab } from '../engine/lab.ts';
import type { Variant } from '../engine/variant.ts';
import { planOf } from '../load/arrivals.ts';
import type { LoadOrder } from '../load/load-order.ts';
import type { Plan, Scenario } from './scenario.ts';

const PEOPLE = 500;
const PEOPLE_QUICK = 30;
const DURATION_MS = 20_000;
const DURATION_QUICK_MS = 3_000;
const CLOSED_PEOPLE = 20;
/** More seats than people: who comes gets one. */
const SEATS_PER_PERSON = 2;

/** People of different runs are different people. */
let signedUp = 0;

function bookingVariant(lab: Lab, loop: 'open' | 'closed'): Variant {
  const { users, quick, durationMs: asked } = lab.options;
  const people = users ?? (quick ? PEOPLE_QUICK : PEOPLE);
  const durationMs = asked ?? (quick ? DURATION_QUICK_MS : DURATION_MS);
  const arrivals = planOf('poisson', (people * 1_000) / durationMs, durationMs);
  const order: LoadOrder =
    loop === 'open' ? { loop, arrivals } : { loop, concurrency: Math.min(people, CLOSED_PEOPLE), durationMs };
  return {
    name: `booking, ${loop} loop`,
    async prepare() {
      const { system, venue } = await lab.system();
      const performanceId = await venue.putOn(people * SEATS_PER_PERSON);
      const way = { performanceId, from: signedUp, count: people };
      signedUp += people;
      return {
        address: system.address,
        system,
        before: [{ kind: 'sign-up', ...way }],
        traffic: { kind: 'booking', ...way },
        order,
        count: (truth) => truth.sales,
      };
    },
  };
}

export const booking: Scenario = {
  name: 'booking',
  title: { en: 'The whole way to a ticket', ko: '로그인부터 결제까지' },
  about: {
    en: 'People log in, join the line, wait for their pass, look at the map, hold a seat, charge points and pay. A success is a paid seat in the database; latency is that of the whole way, waiting in line included.',
    ko: '로그인, 대기열 진입, 입장 대기, 좌석표 조회, 선점, 포인트 충전, 결제까지 모두 합니다. 데이터베이스에 결제까지 끝난 좌석만 성공이며, 지연은 줄에서 기다린 시간을 포함한 전체 과정입니다.',
  },
  counts: 'successes',
  plan: (lab): Promise<Plan> =>
    Promise.resolve({ variants: [bookingVariant(lab, 'open'), bookingVariant(lab, 'closed')] }),
};
