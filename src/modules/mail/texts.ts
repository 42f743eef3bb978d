import type { Language } from './ports.ts';

/** Every text of a mail, Korean and English side by side; `{name}` stands for a value. */
const ko = {
  hello: '안녕하세요.',
  helloName: '{name}님, 안녕하세요.',
  when: '일시',
  venue: '장소',
  seats: '좌석',
  amount: '결제 금액',
  refund: '환불 금액',
  refundTo: '환불 수단',
  seat: '{section}구역 {row}열 {number}번 ({grade})',
  'method.points': '포인트',
  'method.card': '결제한 카드',
  money: '{amount}원',
  yourReservation: '예매 내역 보기',
  yourTicket: '티켓 보기: {seat}',
  footer: 'firstcome에서 회원님의 계정과 예매에 관해 자동으로 보내 드리는 메일입니다. 답장은 읽지 않습니다.',

  confirmSubject: '이메일 주소를 확인해 주세요',
  confirmLead:
    '이 주소로 firstcome 계정이 만들어졌습니다. 본인이 만든 계정이라면 아래 버튼으로 주소를 확인해 주세요.',
  confirmAction: '이메일 주소 확인하기',
  confirmUntil: '링크는 {until}까지 한 번 쓸 수 있습니다.',
  confirmNotYou: '계정을 만들지 않으셨다면 이 메일을 그냥 지우셔도 됩니다.',

  ticketSubject: '예매가 완료되었습니다: {title}',
  ticketLead: '결제가 끝나 티켓을 발권했습니다.',
  ticketEntry:
    '입장할 때는 로그인한 뒤 티켓의 QR 코드를 보여 주세요. 누구나 열 수 있는 메일에는 코드를 넣지 않습니다.',

  refundSubject: '환불되었습니다: {title}',
  'refundLead.cancelled': '예매가 취소되어 결제하신 금액을 환불했습니다. 티켓은 더 이상 쓸 수 없습니다.',
  'refundLead.performance_cancelled': '공연이 취소되어 결제하신 금액을 환불했습니다.',
  'refundLead.hold_expired': '결제가 끝나기 전에 좌석 선점 시간이 지나, 결제하신 금액을 환불했습니다.',
  'refundLead.paid_already':
    '이미 결제된 예매여서, 한 번 더 결제하신 금액을 환불했습니다. 티켓은 그대로 쓸 수 있습니다.',
  'refundLead.amount_mismatch': '결제된 금액이 예매 금액과 달라, 결제하신 금액을 환불했습니다.',
  'refundLead.other': '예매로 이어지지 않은 결제 금액을 환불했습니다.',
  'refundArrival.points': '포인트는 바로 쓸 수 있습니다.',
  'refundArrival.card': '카드 명세서에 나타나기까지 카드사에 따라 며칠 걸릴 수 있습니다.',

  cancelledSubject: '공연이 취소되었습니다: {title}',
  cancelledLead: '예매하신 공연이 취소되어 열리지 않습니다. 티켓은 더 이상 쓸 수 없습니다.',
  reason: '취소 사유',
  cancelledRefund:
    '결제하신 금액은 따로 신청하지 않으셔도 결제하신 수단으로 돌려 드리고, 환불이 끝나면 다시 알려 드립니다.',

  postponedSubject: '공연 일시가 바뀌었습니다: {title}',
  postponedLead: '예매하신 공연이 연기되었습니다. 티켓은 새 일시에 그대로 쓸 수 있습니다.',
  newTime: '새 일시',
  oldTime: '원래 일시',
  answerUntil: '취소 기한',
  keepOrHandBack: '그대로 두거나 취소하기',
  postponedChoice:
    '새 일시에 오실 수 없다면 기한까지 예매 내역에서 취소하시고 결제하신 금액을 모두 돌려받으실 수 있습니다. 그대로 두시려면 아무것도 하지 않으셔도 됩니다.',
} as const;

export type TextKey = keyof typeof ko;

const en: Readonly<Record<TextKey, string>> = {
  hello: 'Hello,',
  helloName: 'Hello {name},',
  when: 'When',
  venue: 'Venue',
  seats: 'Seats',
  amount: 'Paid',
  refund: 'Refund',
  refundTo: 'Goes to',
  seat: 'Section {section}, row {row}, seat {number} ({grade})',
  'method.points': 'Points',
  'method.card': 'The card that you paid with',
  money: '₩{amount}',
  yourReservation: 'See your reservation',
  yourTicket: 'See the ticket: {seat}',
  footer: 'firstcome sends this mail by itself, about your account and what you book. Answers are not read.',

  confirmSubject: 'Confirm your e-mail address',
  confirmLead:
    'An account of firstcome was made with this address. If you made it, confirm the address below.',
  confirmAction: 'Confirm this address',
  confirmUntil: 'The link is good once, until {until}.',
  confirmNotYou: 'If you did not make an account, just delete this mail.',

  ticketSubject: 'Your tickets: {title}',
  ticketLead: 'Your payment went through, and your tickets have been issued.',
  ticketEntry:
    'At the door, sign in and show the QR code of each ticket. Anyone may open a mail, so there is no code in it.',

  refundSubject: 'Your refund: {title}',
  'refundLead.cancelled':
    'Your reservation was cancelled, and what you paid went back. Its tickets no longer admit anyone.',
  'refundLead.performance_cancelled': 'The performance was cancelled, and what you paid went back.',
  'refundLead.hold_expired':
    'The seats were no longer held for you when the payment arrived, so what you paid went back.',
  'refundLead.paid_already':
    'The reservation had been paid for already, so the second payment went back. Your tickets stay good.',
  'refundLead.amount_mismatch':
    'The amount that was charged is not that of your reservation, so what you paid went back.',
  'refundLead.other': 'A payment that came to no reservation went back.',
  'refundArrival.points': 'You can use the points at once.',
  'refundArrival.card': 'Until it shows on your statement it may take some days, depending on the bank.',

  cancelledSubject: 'Cancelled: {title}',
  cancelledLead: 'The performance that you booked does not take place. Its tickets no longer admit anyone.',
  reason: 'Reason',
  cancelledRefund:
    'What you paid goes back the way it came, and you need not ask for it. Another mail tells you when it is back.',

  postponedSubject: 'New date: {title}',
  postponedLead: 'The performance that you booked was postponed. Your tickets are good for the new date.',
  newTime: 'Takes place',
  oldTime: 'Instead of',
  answerUntil: 'Hand back until',
  keepOrHandBack: 'Keep or hand back',
  postponedChoice:
    'If you cannot come then, cancel your reservation in time and all that you paid goes back. If you keep your tickets, there is nothing to do.',
};

export const mailTexts: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { ko, en };

export type MailWords = {
  (key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  money(amount: number): string;
  /** Day, weekday and time by the clock of a time zone, which is named. */
  dateTime(at: number, timeZone: string): string;
};

const LOCALES: Readonly<Record<Language, string>> = { ko: 'ko-KR', en: 'en-GB' };
/** As the pages call it; others have the names of Unicode. */
const SEOUL: Readonly<Record<Language, string>> = { ko: '한국 시간', en: 'Korean time' };

/** The texts of a language, with numbers and times as its people write them. */
export function wordsOf(language: Language): MailWords {
  const locale = LOCALES[language];
  const words = (key: TextKey, values: Readonly<Record<string, string | number>> = {}): string =>
    mailTexts[language][key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return Object.assign(words, {
    money: (amount: number) => words('money', { amount: new Intl.NumberFormat(locale).format(amount) }),
    dateTime(at: number, timeZone: string) {
      const format = (options: Intl.DateTimeFormatOptions) =>
        new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at);
      const day = format({ year: 'numeric', month: 'long', day: 'numeric' });
      const weekday = format({ weekday: 'short' });
      const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
      return `${language === 'ko' ? `${day} (${weekday})` : `${weekday}, ${day}`} ${time} ${zoneName(language, timeZone)}`;
    },
  });
}

function zoneName(language: Language, timeZone: string): string {
  if (timeZone === 'Asia/Seoul') return SEOUL[language];
  const parts = new Intl.DateTimeFormat(LOCALES[language], { timeZone, timeZoneName: 'shortGeneric' });
  return parts.formatToParts(0).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
