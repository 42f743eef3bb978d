import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** The page of the simulated payment provider. */
const ko = {
  provider: '모의 결제사',
  title: '카드 결제',
  simulated: '데모용 결제 화면입니다. 실제 카드에서 돈이 나가지 않습니다.',
  amount: '결제 금액',
  pay: '{amount} 카드 결제',
  busy: '처리하는 중입니다',
  decline: '카드사에서 거절하기',
  leave: '결제하지 않고 돌아가기',
  ended: '이미 끝난 결제입니다. 예매 화면으로 돌아가 주세요.',
  back: '예매 내역으로 가기',
  behaviour: '결제사가 할 일',
  behaviourHint: '결제사에 문제가 생겼을 때 어떻게 되는지 볼 수 있습니다.',
  'behaviour.normal': '바로 승인',
  'behaviour.decline': '승인할 때 거절',
  'behaviour.delay': '2초 늦게 승인',
  'behaviour.timeout': '승인하고 응답하지 않음',
  'behaviour.late': '선점 시간이 지난 뒤 승인',
  'behaviour.duplicate': '승인 알림을 다섯 번 보냄',
  'behaviour.reordered': '승인 알림을 뒤바뀐 순서로 보냄',
  'behaviour.other-amount': '다른 금액을 승인',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  provider: 'Simulated provider',
  title: 'Pay by card',
  simulated: 'This page is part of the demonstration. No card is charged.',
  amount: 'To pay',
  pay: 'Pay {amount} by card',
  busy: 'One moment',
  decline: 'Let the card be declined',
  leave: 'Go back without paying',
  ended: 'This payment has ended. Please go back to your booking.',
  back: 'See my bookings',
  behaviour: 'What the provider does',
  behaviourHint: 'Shows what happens when a provider has trouble.',
  'behaviour.normal': 'Approves at once',
  'behaviour.decline': 'Declines when it is to charge',
  'behaviour.delay': 'Approves two seconds late',
  'behaviour.timeout': 'Approves and does not answer',
  'behaviour.late': 'Approves after the hold has lapsed',
  'behaviour.duplicate': 'Tells us five times',
  'behaviour.reordered': 'Tells us in the wrong order',
  'behaviour.other-amount': 'Charges another amount',
};

/** @public found by web/messages.test.ts */
export const checkoutMessages: Messages<Key> = { ko, en };
export const useCheckoutText = createUseText(checkoutMessages);
