import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** What stands around the pages of sellers and operators, and who may see them. */
const ko = {
  footer: 'firstcome — 판매자와 운영자를 위한 페이지.',
  shop: '티켓 예매 페이지',
  gate: '입장 확인 페이지',
  selling: '내 공연',
  venues: '공연장',
  rooms: '대기실',
  overview: '운영',
  accounts: '계정',
  audit: '기록',
  sellersOnly: '판매자 전용 페이지입니다',
  managersOnly: '운영자 전용 페이지입니다',
  enrolNote: '등록 코드가 있으면 이 계정에 권한을 받을 수 있습니다. 코드는 운영자에게 문의해 주세요.',
  enrolmentCode: '등록 코드',
  enrol: '권한 받기',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  footer: 'firstcome — pages for sellers and operators.',
  shop: 'Ticket shop',
  gate: 'Check-in at the door',
  selling: 'Concerts',
  venues: 'Venues',
  rooms: 'Rooms',
  overview: 'Status',
  accounts: 'Accounts',
  audit: 'Audit log',
  sellersOnly: 'This page is for sellers',
  managersOnly: 'This page is for managers',
  enrolNote: 'With an enrolment code this account gets the role. Managers know the code.',
  enrolmentCode: 'Enrolment code',
  enrol: 'Get the role',
};

/** @public found by web/messages.test.ts */
export const accessMessages: Messages<Key> = { ko, en };
export const useAccessText = createUseText(accessMessages);
