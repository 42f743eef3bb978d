import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** How holds and payments end, by their code, and what goes together in batches, in two or three words each. */
const ko = {
  held: '선점 성공',
  seat_taken: '다른 사람이 먼저 선점',
  gave_up: '자리를 찾다 그만둠',
  limit_reached: '1인당 매수 초과',
  over_limit: '한 번에 너무 많은 좌석',
  not_on_sale_yet: '오픈 전',
  sales_closed: '예매 마감',
  pass_required: '입장 전',
  pass_invalid: '유효하지 않은 입장',
  pass_expired: '입장 시간 지남',
  pass_spent: '이미 사용한 입장',
  overloaded: '요청이 너무 많음',
  dependency_unavailable: '데이터베이스 연결 안 됨',
  paid: '결제 완료',
  repeated: '같은 결제 반복',
  points_insufficient: '포인트 부족',
  hold_expired: '선점 시간 지남',
  reservation_ended: '이미 끝난 예매',
  expired: '시간이 지나 풀린 선점',
  holds: '좌석 요청',
  payments: '결제',
  room: '줄 서기와 입장',
  'idempotency-find': '반복 요청 확인',
  'idempotency-save': '응답 보관',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  held: 'Held',
  seat_taken: 'Somebody was faster',
  gave_up: 'Gave up looking',
  limit_reached: 'Over the limit per person',
  over_limit: 'Too many seats at once',
  not_on_sale_yet: 'Before the opening',
  sales_closed: 'After the sale',
  pass_required: 'Not admitted',
  pass_invalid: 'Invalid admission',
  pass_expired: 'Admission ran out',
  pass_spent: 'Admission used up',
  overloaded: 'Too many requests',
  dependency_unavailable: 'Database away',
  paid: 'Paid',
  repeated: 'Paid before',
  points_insufficient: 'Not enough points',
  hold_expired: 'Hold had lapsed',
  reservation_ended: 'Booking had ended',
  expired: 'Holds that lapsed',
  holds: 'Holds',
  payments: 'Payments',
  room: 'Joins and admissions',
  'idempotency-find': 'Repeats looked up',
  'idempotency-save': 'Answers kept',
};

/** @public found by web/messages.test.ts */
export const outcomeMessages: Messages<Key> = { ko, en };
const useOutcomeText = createUseText(outcomeMessages);

/** Words for a code; one that is not known here stands for itself. */
export function useOutcomeNames(): (code: string) => string {
  const text = useOutcomeText();
  return (code) => (Object.hasOwn(ko, code) ? text(code as Key) : code);
}
