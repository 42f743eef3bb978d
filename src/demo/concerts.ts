import type { RoomSettings } from '../modules/waiting-room/index.ts';
import { DAY, HOUR, inKorea, MINUTE, minuteAfter, SECOND } from './times.ts';
import type { VenueName } from './venues.ts';

export type DemoPerformance = {
  /** Epoch ms, as the next. */
  readonly startsAt: number;
  readonly opensAt: number;
  /** Left out: sold without a waiting room. */
  readonly room?: RoomSettings;
  /** Seats that were sold before the demonstration began: how many, and how long after the opening it took. */
  readonly sold?: { readonly seats: number; readonly fromMs: number; readonly tookMs: number };
};

export type DemoConcert = {
  readonly title: string;
  readonly titleEn: string;
  readonly artist: string;
  readonly artistEn: string;
  readonly description: string;
  readonly descriptionEn: string;
  readonly category: string;
  readonly venue: VenueName;
  readonly performances: readonly DemoPerformance[];
};

const room = (ratePerSecond: number, concurrency: number): RoomSettings => ({
  state: 'open',
  ratePerSecond,
  concurrency,
  graceMs: 30 * MINUTE,
});

/** A crowd of thousands gets in within seconds, and the whole house may be inside at once. */
const ARENA_ROOM = room(1_000, 20_000);
const THEATRE_ROOM = room(100, 1_000);
/** So slow that even a few people see a line. */
const STUDIO_ROOM = room(5, 60);

/**
 * What is on, seen from the moment of loading. What is on sale starts half a year from then or later, so that
 * it stays on sale; what opens within minutes is on sale as well once they have passed. The artists are invented.
 */
export function demoConcerts(now: number): readonly DemoConcert[] {
  const at = (days: number, clock: string) => inKorea(now, days, clock);
  return [...onSale(now, at), ...soldOut(now, at), ...opening(now, at), ...later(at)];
}

type At = (days: number, clock: string) => number;

function onSale(now: number, at: At): DemoConcert[] {
  return [
    {
      title: '심해의 노래',
      titleEn: 'Songs from the Deep',
      artist: '유리고래',
      artistEn: 'Glass Whale',
      description: '이만 석을 채우는 이틀 밤. 첫날은 지금 판매 중, 둘째 날은 곧 열립니다.',
      descriptionEn: 'Two nights for twenty thousand: the first is on sale, the second opens in minutes.',
      category: 'concert',
      venue: 'arena',
      performances: [
        { startsAt: at(240, '18:00'), opensAt: now - 20 * MINUTE, room: ARENA_ROOM },
        { startsAt: at(241, '17:00'), opensAt: minuteAfter(now, 4 * MINUTE), room: ARENA_ROOM },
      ],
    },
    {
      title: '등대지기의 편지',
      titleEn: 'The Lighthouse Keeper’s Letters',
      artist: '바닷길 뮤지컬 컴퍼니',
      artistEn: 'Seaway Musical Company',
      description: '편지 열두 통으로 이어지는 창작 뮤지컬.',
      descriptionEn: 'A new musical told in twelve letters.',
      category: 'musical',
      venue: 'theatre',
      performances: [
        {
          startsAt: at(200, '19:30'),
          opensAt: now - 12 * MINUTE,
          room: THEATRE_ROOM,
          sold: { seats: 640, fromMs: 2 * SECOND, tookMs: 10 * MINUTE },
        },
        { startsAt: at(201, '14:00'), opensAt: now - 12 * MINUTE, room: THEATRE_ROOM },
      ],
    },
    {
      title: '겨울 교향곡',
      titleEn: 'A Winter Symphony',
      artist: '바람개비 교향악단',
      artistEn: 'Pinwheel Philharmonic',
      description: '대기실 없이 판매합니다.',
      descriptionEn: 'Sold without a waiting room.',
      category: 'classical',
      venue: 'theatre',
      performances: [
        {
          startsAt: at(220, '20:00'),
          opensAt: now - 9 * DAY,
          sold: { seats: 700, fromMs: 2 * HOUR, tookMs: 8 * DAY },
        },
      ],
    },
    {
      title: '막차를 놓친 사람들',
      titleEn: 'Those Who Missed the Last Train',
      artist: '극단 열두 번째 정거장',
      artistEn: 'Company Twelfth Stop',
      description: '하룻밤 대합실의 이야기. 대기실은 1초에 다섯 명을 들입니다.',
      descriptionEn: 'One night in a waiting hall; the room lets in five people a second.',
      category: 'play',
      venue: 'studio',
      performances: [
        { startsAt: at(190, '19:30'), opensAt: now - 2 * HOUR, room: STUDIO_ROOM },
        { startsAt: at(191, '15:00'), opensAt: now - 2 * HOUR },
      ],
    },
  ];
}

function soldOut(now: number, at: At): DemoConcert[] {
  return [
    {
      title: '종점까지',
      titleEn: 'To the End of the Line',
      artist: '자정 자전거 클럽',
      artistEn: 'Midnight Bicycle Club',
      description: '4분 남짓에 매진. 추가 공연은 내일 열립니다.',
      descriptionEn: 'Sold out in little more than four minutes; one more night opens tomorrow.',
      category: 'concert',
      venue: 'theatre',
      performances: [
        {
          startsAt: at(120, '19:00'),
          opensAt: at(-3, '20:00'),
          room: THEATRE_ROOM,
          sold: { seats: 2_000, fromMs: 1 * SECOND, tookMs: 251 * SECOND },
        },
        { startsAt: at(210, '18:00'), opensAt: at(1, '20:00'), room: THEATRE_ROOM },
      ],
    },
    {
      title: '접힌 하늘',
      titleEn: 'Folded Sky',
      artist: '종이기차',
      artistEn: 'Paper Train',
      description: '삼백 명을 위한 어쿠스틱 밤. 48초 만에 매진.',
      descriptionEn: 'An acoustic night for 300, gone in 48 seconds.',
      category: 'concert',
      venue: 'studio',
      performances: [
        {
          startsAt: at(100, '20:00'),
          opensAt: at(-2, '14:00'),
          room: STUDIO_ROOM,
          sold: { seats: 300, fromMs: 1 * SECOND, tookMs: 46 * SECOND },
        },
        { startsAt: at(230, '20:00'), opensAt: now - 1 * HOUR, room: STUDIO_ROOM },
      ],
    },
  ];
}

function opening(now: number, at: At): DemoConcert[] {
  return [
    {
      title: '궤도 위에서',
      titleEn: 'In Orbit',
      artist: '느린 혜성',
      artistEn: 'Slow Comet',
      description: '몇 분 뒤에 열립니다. 시계를 맞춰 두세요.',
      descriptionEn: 'Opens in minutes: set your watch.',
      category: 'concert',
      venue: 'arena',
      performances: [{ startsAt: at(260, '18:00'), opensAt: minuteAfter(now, 9 * MINUTE), room: ARENA_ROOM }],
    },
    {
      title: '여름비 예보',
      titleEn: 'Forecast of Summer Rain',
      artist: '귤빛 소나기',
      artistEn: 'Tangerine Showers',
      description: '15분 안에 열립니다.',
      descriptionEn: 'Opens within a quarter of an hour.',
      category: 'concert',
      venue: 'theatre',
      performances: [
        { startsAt: at(225, '19:00'), opensAt: minuteAfter(now, 14 * MINUTE), room: THEATRE_ROOM },
      ],
    },
  ];
}

function later(at: At): DemoConcert[] {
  return [
    {
      title: '네 개의 소금',
      titleEn: 'Four Kinds of Salt',
      artist: '소금꽃 사중주단',
      artistEn: 'Salt Flower Quartet',
      description: '현악 사중주의 밤.',
      descriptionEn: 'An evening of string quartets.',
      category: 'classical',
      venue: 'studio',
      performances: [{ startsAt: at(195, '20:00'), opensAt: at(2, '14:00') }],
    },
    {
      title: '초록의 시간',
      titleEn: 'Hours of Green',
      artist: '이끼와 별',
      artistEn: 'Moss & Stars',
      description: '새 앨범을 처음부터 끝까지.',
      descriptionEn: 'The new album from beginning to end.',
      category: 'concert',
      venue: 'theatre',
      performances: [
        { startsAt: at(205, '19:00'), opensAt: at(7, '20:00'), room: THEATRE_ROOM },
        { startsAt: at(206, '17:00'), opensAt: at(7, '20:00'), room: THEATRE_ROOM },
      ],
    },
    {
      title: '가람 여름 음악제',
      titleEn: 'Garam Summer Festival',
      artist: '창백한 파도, 북쪽 다락방 외',
      artistEn: 'Pale Tides, North Attic and others',
      description: '하루 종일, 다섯 무대의 음악.',
      descriptionEn: 'All day long, music from five stages.',
      category: 'festival',
      venue: 'arena',
      performances: [{ startsAt: at(300, '12:00'), opensAt: at(30, '12:00'), room: ARENA_ROOM }],
    },
    {
      title: '달에게 빌린 우산',
      titleEn: 'An Umbrella Borrowed from the Moon',
      artist: '인형극단 단추',
      artistEn: 'Button Puppets',
      description: '다섯 살부터 모두를 위한 인형극.',
      descriptionEn: 'Puppets for everyone from five years on.',
      category: 'play',
      venue: 'studio',
      performances: [
        { startsAt: at(215, '11:00'), opensAt: at(3, '10:00') },
        { startsAt: at(215, '15:00'), opensAt: at(3, '10:00') },
      ],
    },
  ];
}
