import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** A performance that is cancelled or postponed, and how far that has got. */
const ko = {
  callingOff: '공연 취소와 연기',
  cancel: '이 회차 취소하기',
  cancelNote:
    '판매가 바로 끝나고, 결제한 구매자 모두에게 결제 수단 그대로 전액 환불됩니다. 티켓은 쓸 수 없게 되고, 되돌릴 수 없습니다.',
  cancelReason: '취소 사유',
  cancelReasonHint: '구매자에게 그대로 보입니다.',
  reasonMissing: '취소 사유를 입력해 주세요.',
  cancelGoOn: '회차 취소',
  cancelQuestion:
    '이 회차를 취소하고, 예매 {bookings}건의 결제 금액 {amount}을 모두 환불할까요? 되돌릴 수 없습니다.',
  cancelQuestionMany:
    '이 회차를 취소하고, 예매 {bookings}건 이상의 결제 금액 {amount}을 모두 환불할까요? 되돌릴 수 없습니다.',
  cancelQuestionNone: '이 회차를 취소할까요? 결제된 예매는 없습니다. 되돌릴 수 없습니다.',
  cancelYes: '취소하고 환불하기',
  postpone: '이 회차 연기하기',
  postponeNote:
    '티켓은 새 일시에 그대로 쓸 수 있습니다. 구매자는 새 공연이 시작되기 전까지 티켓을 그대로 갖거나 예매를 취소하고 전액 환불받을 수 있습니다.',
  newStart: '새 공연 시작 ({zone})',
  newStartHint: '지금은 {when}입니다.',
  startMissing: '새 날짜와 시각을 입력해 주세요.',
  startEarlier: '지금 정해진 시작보다 늦은 시각을 입력해 주세요.',
  postponeGoOn: '회차 연기',
  postponeQuestion: '이 회차를 연기할까요? 새 일시: {when}. 구매자는 그때까지 전액 환불받을 수 있습니다.',
  postponeYes: '연기하기',
  leave: '그대로 두기',
  progress: '취소와 환불 진행 상황',
  reasonWas: '취소 사유: {reason}',
  cancelledAt: '취소한 시각: {at}',
  'state.running': '환불하고 있습니다. 예매 {total}건 가운데 {done}건을 환불했습니다.',
  'state.done': '환불이 모두 끝났습니다. 예매 {total}건을 환불했습니다.',
  'state.none': '환불할 예매가 없었습니다.',
  total: '전체 예매',
  waiting: '취소 대기',
  refunding: '환불 중',
  failed: '환불 실패',
  done: '환불 완료',
  failures: '환불되지 않은 예매',
  failuresNote:
    '결제사가 세 번 거절한 환불은 더 시도하지 않습니다. 운영자에게 예매 번호를 알려 확인을 요청해 주세요.',
  failuresMore: '이 밖에 {count}건이 더 있습니다.',
  refused: '{attempts}번 시도, 거절됨',
  answers: '연기에 대한 구매자의 선택',
  before: '원래 일시: {when}',
  now: '새 일시: {when}',
  until: '구매자가 고를 수 있는 기한: {when}',
  kept: '그대로 관람',
  handedBack: '환불 선택',
  unanswered: '아직 선택 안 함',
  unansweredNote: '선택하지 않은 구매자의 티켓은 새 일시에 그대로 쓸 수 있습니다.',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  callingOff: 'Cancel or postpone',
  cancel: 'Cancel this performance',
  cancelNote:
    'The sale ends at once, and everybody who has paid gets all of it back, the way it was paid. Tickets become void. This cannot be undone.',
  cancelReason: 'Reason',
  cancelReasonHint: 'Buyers read it as it is.',
  reasonMissing: 'Please enter the reason.',
  cancelGoOn: 'Cancel the performance',
  cancelQuestion:
    'Cancel this performance and refund {bookings} {bookings|booking|bookings}, {amount} in all? This cannot be undone.',
  cancelQuestionMany:
    'Cancel this performance and refund more than {bookings} bookings, {amount} in all? This cannot be undone.',
  cancelQuestionNone: 'Cancel this performance? No booking is paid. This cannot be undone.',
  cancelYes: 'Cancel it and refund',
  postpone: 'Postpone this performance',
  postponeNote:
    'Tickets stay good for the new start. Until then, buyers can keep their tickets, or cancel and get back all that they paid.',
  newStart: 'New start ({zone})',
  newStartHint: 'It is {when} now.',
  startMissing: 'Please enter the new date and time.',
  startEarlier: 'Please enter a time later than the present start.',
  postponeGoOn: 'Postpone the performance',
  postponeQuestion:
    'Postpone this performance? New start: {when}. Until then buyers can get back all that they paid.',
  postponeYes: 'Postpone it',
  leave: 'Leave it as it is',
  progress: 'Cancellation and refunds',
  reasonWas: 'Reason: {reason}',
  cancelledAt: 'Cancelled at: {at}',
  'state.running': 'Refunds are under way: {done} of {total} bookings are refunded.',
  'state.done': 'All is refunded: {total} {total|booking|bookings}.',
  'state.none': 'No booking had to be refunded.',
  total: 'Bookings',
  waiting: 'To be cancelled',
  refunding: 'Refund under way',
  failed: 'Refund failed',
  done: 'Refunded',
  failures: 'Bookings that are not refunded',
  failuresNote:
    'A refund that the payment provider has refused three times is not tried again. Please ask a manager, and name the booking.',
  failuresMore: 'There are {count} more.',
  refused: 'refused, tried {attempts} {attempts|time|times}',
  answers: 'What buyers say to the new date',
  before: 'It was to start: {when}',
  now: 'It starts: {when}',
  until: 'Buyers can choose until: {when}',
  kept: 'Keep their tickets',
  handedBack: 'Refunded',
  unanswered: 'No answer yet',
  unansweredNote: 'Without an answer, tickets stay good for the new date.',
};

/** @public found by web/messages.test.ts */
export const callingOffMessages: Messages<Key> = { ko, en };
export const useCallingOffText = createUseText(callingOffMessages);
