import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** What stands where the link of a mail leads; apart, since few who come to the shop go there. */
const ko = {
  confirmEmail: '이메일 주소 확인',
  confirmEmailNote:
    '메일을 받은 본인이라면 아래 버튼을 눌러 주세요. 티켓과 환불 안내를 이 주소로 보내 드립니다.',
  confirmEmailNow: '이메일 주소 확인하기',
  emailIsConfirmed: '{email} 주소를 확인했습니다.',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  confirmEmail: 'Confirm your address',
  confirmEmailNote:
    'If the mail came to you, press the button. Tickets and refunds are told to this address.',
  confirmEmailNow: 'Confirm this address',
  emailIsConfirmed: '{email} is confirmed.',
};

/** @public found by web/messages.test.ts */
export const confirmEmailMessages: Messages<Key> = { ko, en };
export const useConfirmEmailText = createUseText(confirmEmailMessages);
