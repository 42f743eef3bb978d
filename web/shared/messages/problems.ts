import { createUseText, type Messages } from '../i18n/use-text.ts';

/** What the API refuses with, by its code, in words for people. */
const ko = {
  unreachable: '서버에 연결할 수 없습니다. 네트워크를 확인해 주세요.',
  unexpected: '예상하지 못한 문제가 생겼습니다. 잠시 뒤 다시 시도해 주세요.',
  overloaded: '지금 요청이 매우 많습니다. 잠시 뒤 다시 시도해 주세요.',
  dependency_unavailable: '잠시 처리할 수 없는 상태입니다. 곧 다시 시도해 주세요.',
  rate_limited: '시도가 너무 잦습니다. 잠시 뒤 다시 시도해 주세요.',
  invalid_request: '입력한 내용을 확인해 주세요.',
  session_ended: '로그인이 끝났습니다. 다시 로그인해 주세요.',
  credentials_invalid: '이메일 또는 비밀번호가 맞지 않습니다.',
  email_taken: '이미 가입된 이메일입니다. 로그인해 주세요.',
  concert_not_found: '이 공연을 찾을 수 없습니다.',
  performance_not_found: '이 회차를 찾을 수 없습니다.',
  reservation_not_found: '이 예매를 찾을 수 없습니다.',
  ticket_not_found: '이 티켓을 찾을 수 없습니다.',
  seat_taken: '간발의 차로 다른 분이 먼저 선택했습니다.',
  limit_reached: '한 사람이 예매할 수 있는 좌석 수를 넘습니다.',
  over_limit: '한 번에 선택할 수 있는 좌석 수를 넘습니다.',
  not_on_sale_yet: '아직 예매가 시작되지 않았습니다.',
  sales_closed: '예매가 마감되었습니다.',
  reservation_ended: '이 예매는 이미 끝났습니다.',
  reservation_not_payable: '이 예매는 결제할 수 없습니다.',
  cancellation_closed: '공연이 시작되어 취소할 수 없습니다.',
  hold_expired: '선점 시간이 지났습니다. 결제된 금액은 없습니다.',
  points_insufficient: '포인트가 부족합니다.',
  charge_over_limit: '한 번에 충전할 수 있는 금액을 넘습니다.',
  charge_over_month: '이번 달 충전 한도를 넘습니다.',
  pass_required: '입장 순서가 필요합니다. 먼저 줄을 서 주세요.',
  pass_invalid: '입장권이 유효하지 않습니다. 다시 줄을 서 주세요.',
  pass_expired: '입장 시간이 지났습니다. 다시 줄을 서 주세요.',
  pass_spent: '이 입장은 이미 사용되었습니다. 다시 줄을 서 주세요.',
  room_not_found: '이 회차에는 대기실이 없습니다.',
  room_draining: '지금은 새로 줄을 설 수 없습니다.',
  room_closed: '대기실이 닫혔습니다.',
  entry_not_found: '대기열에 들어 있지 않습니다.',
  venue_not_found: '이 공연장을 찾을 수 없습니다.',
  stage_in_use: '이 무대에 회차가 있어 삭제할 수 없습니다.',
  seats_in_use: '예매가 열렸거나 곧 열리는 회차가 있어 좌석을 바꿀 수 없습니다.',
  seat_plan_invalid: '이 좌석 배치는 사용할 수 없습니다.',
  prices_incomplete: '등급과 가격이 서로 맞지 않습니다.',
} as const;

export type ProblemCode = keyof typeof ko;

const en: Readonly<Record<ProblemCode, string>> = {
  unreachable: 'The server cannot be reached. Please check your connection.',
  unexpected: 'Something unexpected went wrong. Please try again in a moment.',
  overloaded: 'There are very many requests right now. Please try again in a moment.',
  dependency_unavailable: 'This cannot be done at the moment. Please try again shortly.',
  rate_limited: 'Too many attempts. Please try again in a moment.',
  invalid_request: 'Please check what you entered.',
  session_ended: 'You have been signed out. Please sign in again.',
  credentials_invalid: 'The e-mail address or the password is wrong.',
  email_taken: 'There is an account with this e-mail address. Please sign in.',
  concert_not_found: 'There is no such concert.',
  performance_not_found: 'There is no such performance.',
  reservation_not_found: 'There is no such booking.',
  ticket_not_found: 'There is no such ticket.',
  seat_taken: 'Somebody was a moment faster.',
  limit_reached: 'That would be more seats than one person may book.',
  over_limit: 'That is more seats than you may choose at once.',
  not_on_sale_yet: 'The sale has not begun yet.',
  sales_closed: 'The sale is over.',
  reservation_ended: 'This booking has already ended.',
  reservation_not_payable: 'This booking cannot be paid.',
  cancellation_closed: 'The performance has begun; it is too late to cancel.',
  hold_expired: 'The hold has lapsed. Nothing was charged.',
  points_insufficient: 'You do not have enough points.',
  charge_over_limit: 'That is more than can be charged at once.',
  charge_over_month: 'That is more than can be charged this month.',
  pass_required: 'You need your turn first. Please join the line.',
  pass_invalid: 'Your admission is not valid. Please join the line again.',
  pass_expired: 'Your time inside has ended. Please join the line again.',
  pass_spent: 'Your admission has been used. Please join the line again.',
  room_not_found: 'This performance has no waiting room.',
  room_draining: 'The line takes nobody new at the moment.',
  room_closed: 'The waiting room is closed.',
  entry_not_found: 'You are not in this line.',
  venue_not_found: 'There is no such venue.',
  stage_in_use: 'A performance plays on this stage, so that it has to stay.',
  seats_in_use: 'A sale on this stage has opened or is about to: its seats can no longer change.',
  seat_plan_invalid: 'This seat plan cannot be used.',
  prices_incomplete: 'Grades and prices do not fit each other.',
};

/** @public found by web/messages.test.ts */
export const problemMessages: Messages<ProblemCode> = { ko, en };
export const useProblemText = createUseText(problemMessages);

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(ko, code);
}
