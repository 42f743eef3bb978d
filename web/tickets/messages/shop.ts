import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** Concerts and their performances. */
const ko = {
  footer: 'firstcome — 먼저 온 순서대로, 한 자리에 한 사람.',
  concerts: '공연',
  forSellers: '판매자 페이지',
  forManagers: '운영자 페이지',
  headline: '먼저 온 순서대로, 공정하게.',
  headlineNote: '줄을 선 순서 그대로 입장하고, 고른 좌석은 결제할 때까지 당신의 것입니다.',
  nextOpening: '다음 예매 오픈',
  search: '공연이나 아티스트 검색',
  category: '장르',
  allCategories: '전체',
  sort: '정렬',
  sortDate: '공연일 순',
  sortPopularity: '인기 순',
  sortNewest: '새로 등록된 순',
  sortTitle: '이름 순',
  month: '공연 월',
  allMonths: '모든 달',
  found: '공연 {count}개',
  foundMore: '공연 {count}개 이상',
  nothingFound: '조건에 맞는 공연이 없습니다.',
  clearFilter: '조건 지우기',
  statusOnSale: '예매 중',
  statusFewLeft: '매진 임박',
  statusAllHeld: '남은 좌석 없음',
  statusScheduled: '오픈 예정',
  statusSoldOut: '매진',
  statusClosed: '예매 마감',
  opensOn: '{when} 오픈',
  from: '{price}부터',
  performances: '회차',
  performanceCount: '{count}회 공연',
  rankingSelling: '지금 많이 예매하는 공연',
  rankingFastest: '가장 빨리 매진된 공연',
  soldRecently: '최근 1시간 {count}석',
  soldOutIn: '{time} 만에 매진',
  remaining: '남은 좌석 {count}석',
  remainingOf: '{capacity}석 중 {count}석 남음',
  choosePerformance: '회차 선택',
  about: '공연 소개',
  'category.concert': '콘서트',
  'category.musical': '뮤지컬',
  'category.play': '연극',
  'category.classical': '클래식',
  'category.festival': '페스티벌',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  footer: 'firstcome — first come, first served, one seat to one person.',
  concerts: 'Concerts',
  forSellers: 'Pages for sellers',
  forManagers: 'Pages for managers',
  headline: 'First come, first served. Fairly.',
  headlineNote: 'You enter in the order you arrived, and the seat you choose is yours until you have paid.',
  nextOpening: 'Next sale to open',
  search: 'Search concerts and artists',
  category: 'Genre',
  allCategories: 'All',
  sort: 'Sort by',
  sortDate: 'Date',
  sortPopularity: 'Popularity',
  sortNewest: 'Newest',
  sortTitle: 'Title',
  month: 'Month',
  allMonths: 'Any month',
  found: '{count} {count|concert|concerts}',
  foundMore: 'More than {count} {count|concert|concerts}',
  nothingFound: 'Nothing fits these filters.',
  clearFilter: 'Clear filters',
  statusOnSale: 'On sale',
  statusFewLeft: 'Few left',
  statusAllHeld: 'All seats held',
  statusScheduled: 'Opening soon',
  statusSoldOut: 'Sold out',
  statusClosed: 'Sale over',
  opensOn: 'Opens {when}',
  from: 'from {price}',
  performances: 'Performances',
  performanceCount: '{count} {count|performance|performances}',
  rankingSelling: 'Selling now',
  rankingFastest: 'Fastest sold out',
  soldRecently: '{count} {count|seat|seats} in an hour',
  soldOutIn: 'sold out in {time}',
  remaining: '{count} {count|seat|seats} left',
  remainingOf: '{count} of {capacity} seats left',
  choosePerformance: 'Choose a performance',
  about: 'About',
  'category.concert': 'Concert',
  'category.musical': 'Musical',
  'category.play': 'Play',
  'category.classical': 'Classical',
  'category.festival': 'Festival',
};

/** @public found by web/messages.test.ts */
export const shopMessages: Messages<Key> = { ko, en };
export const useShopText = createUseText(shopMessages);
export type ShopText = ReturnType<typeof useShopText>;

/** The name of a category; one that this page does not know is shown as it is. */
export function categoryName(text: ShopText, category: string): string {
  const key = `category.${category}`;
  return Object.hasOwn(ko, key) ? text(key as Key) : category;
}
