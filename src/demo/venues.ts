import type { SeatPlan } from '../modules/catalogue/index.ts';
import { arenaPlan } from './plans/arena.ts';
import { studioPlan } from './plans/studio.ts';
import { theatrePlan } from './plans/theatre.ts';

export type VenueName = 'studio' | 'theatre' | 'arena';

type DemoVenue = {
  /** The account that owns it, and what plays in it. */
  readonly seller: string;
  readonly name: string;
  readonly nameEn: string;
  readonly address: string;
  readonly addressEn: string;
  readonly stage: string;
  readonly stageEn: string;
  readonly plan: () => SeatPlan;
  /** KRW by grade. */
  readonly prices: Readonly<Record<string, number>>;
};

/** Houses that do not exist, in a city that does not either: 300, 2,000 and 20,000 seats. */
export const demoVenues: Readonly<Record<VenueName, DemoVenue>> = {
  studio: {
    seller: 'seller2@demo.example',
    name: '반딧불 소극장',
    nameEn: 'Firefly Studio',
    address: '가람시 달빛구 처마길 12',
    addressEn: '12 Cheoma-gil, Dalbit-gu, Garam',
    stage: '소극장',
    stageEn: 'Studio',
    plan: studioPlan,
    prices: { R: 66_000, S: 55_000, A: 44_000 },
  },
  theatre: {
    seller: 'seller@demo.example',
    name: '물결극장',
    nameEn: 'Mulgyeol Theatre',
    address: '가람시 나루구 강변로 200',
    addressEn: '200 Gangbyeon-ro, Naru-gu, Garam',
    stage: '대극장',
    stageEn: 'Main Stage',
    plan: theatrePlan,
    prices: { VIP: 150_000, R: 120_000, S: 90_000, A: 60_000 },
  },
  arena: {
    seller: 'seller@demo.example',
    name: '새벽 아레나',
    nameEn: 'Saebyeok Arena',
    address: '가람시 너른구 운동장로 1',
    addressEn: '1 Undongjang-ro, Neoreun-gu, Garam',
    stage: '아레나',
    stageEn: 'Arena',
    plan: arenaPlan,
    prices: { VIP: 198_000, R: 165_000, S: 143_000, A: 121_000, B: 99_000 },
  },
};
