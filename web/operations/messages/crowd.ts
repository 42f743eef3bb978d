import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** A crowd for demonstrations. */
const ko = {
  crowd: '팬 보내기',
  crowdNote:
    '데모 모드에서만 쓸 수 있습니다. 팬들이 실제 예매와 똑같이 줄을 서고, 좌석을 고르고, 결제하므로 이 서버의 데이터가 바뀝니다.',
  concert: '공연',
  performance: '회차',
  people: '팬 수 (최대 5,000명)',
  peopleWrong: '1부터 5,000까지의 수를 입력해 주세요.',
  arriveSeconds: '몇 초에 걸쳐 도착하나요',
  secondsWrong: '0부터 600까지의 수를 입력해 주세요.',
  ratePerSecond: '대기실이 1초에 들여보내는 수',
  rateWrong: '1부터 100,000까지의 수를 입력해 주세요.',
  rateLent: '팬들이 있는 동안만 대기실이 1초에 {rate}명을 들여보냅니다. 끝나면 원래대로 {before}명입니다.',
  lookHere: '줄을 보려면:',
  toRooms: '대기실 현황',
  toLine: '직접 줄 서 보기 (새 탭)',
  send: '팬 {count}명 보내기',
  stop: '팬 돌려보내기',
  nothingOnSale: '지금 팬을 보낼 수 있는 공연이 없습니다.',
  progress: '{people}명 중 {gone}명이 다녀갔습니다',
  'status.none': '아직 보낸 적 없음',
  'status.running': '진행 중',
  'status.done': '끝남',
  'status.stopped': '멈춤',
  'status.failed': '실패',
  arrived: '도착',
  waiting: '줄 서는 중',
  inside: '입장해서 고르는 중',
  paid: '결제 완료',
  dropped: '결제하지 않고 떠남',
  empty: '좌석 없이 떠남',
  failed: '오류',
  seats: '팔린 좌석',
  map: '좌석 현황',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  crowd: 'Send fans',
  crowdNote:
    'In demo mode only. The fans stand in line, choose seats and pay in the same way as anybody; the data of this server changes.',
  concert: 'Concert',
  performance: 'Performance',
  people: 'Fans (5,000 at most)',
  peopleWrong: 'Please enter a number from 1 to 5,000.',
  arriveSeconds: 'Seconds in which they arrive',
  secondsWrong: 'Please enter a number from 0 to 600.',
  ratePerSecond: 'The waiting room lets in, per second',
  rateWrong: 'Please enter a number from 1 to 100,000.',
  rateLent:
    'While the fans are there, the waiting room lets in {rate} a second. Afterwards it is {before} again.',
  lookHere: 'To see the queue:',
  toRooms: 'The waiting rooms',
  toLine: 'Stand in line yourself (new tab)',
  send: 'Send {count} {count|fan|fans}',
  stop: 'Send them away',
  nothingOnSale: 'There is no sale that fans could be sent to.',
  progress: '{gone} of {people} have come and gone',
  'status.none': 'None sent yet',
  'status.running': 'Under way',
  'status.done': 'Over',
  'status.stopped': 'Sent away',
  'status.failed': 'Failed',
  arrived: 'Arrived',
  waiting: 'In line',
  inside: 'Inside, choosing',
  paid: 'Paid',
  dropped: 'Went without paying',
  empty: 'Went without a seat',
  failed: 'Errors',
  seats: 'Seats sold',
  map: 'The seats',
};

/** @public found by web/messages.test.ts */
export const crowdMessages: Messages<Key> = { ko, en };
export const useCrowdText = createUseText(crowdMessages);
