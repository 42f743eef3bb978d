import type { DueMail, Language, MailAbout, MailFacts, Named, Recipient, Show } from './ports.ts';
import { type MailWords, wordsOf } from './texts.ts';

/** What a mail says, before it is text or HTML. Nothing in it is markup. */
export type Letter = {
  readonly language: Language;
  readonly subject: string;
  readonly greeting: string;
  readonly lead: string;
  /** What it is about, as a heading; undefined where that is the account. */
  readonly title: string | undefined;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** The first is the one to press. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly notes: readonly string[];
  readonly footer: string;
};

export type LetterDeps = {
  readonly facts: MailFacts;
  /** Where people reach the pages. */
  readonly origin: string;
  readonly confirmationTtlMs: number;
};

/**
 * Never in a letter: passwords, tokens of a session, codes and QR codes of tickets, numbers of cards, names and addresses
 * of others; and no name of the account where the address is not confirmed.
 * @returns undefined where there is nothing to tell any more
 */
export async function writeLetter(
  { about, accountId, occurredAt }: Pick<DueMail, 'about' | 'accountId' | 'occurredAt'>,
  recipient: Recipient,
  deps: LetterDeps,
): Promise<Letter | undefined> {
  const words = wordsOf(recipient.language);
  const letter = (parts: Omit<Letter, 'language' | 'greeting' | 'footer'>): Letter => ({
    ...parts,
    language: recipient.language,
    greeting: recipient.name === undefined ? words('hello') : words('helloName', { name: recipient.name }),
    footer: words('footer'),
  });
  if (about.kind === 'confirm-email') {
    // Confirmed in the meantime.
    if (recipient.name !== undefined) return undefined;
    const token = deps.facts.confirmationToken(accountId, recipient.address, occurredAt);
    // Behind the hash no server, proxy or log on the way sees it.
    const url = `${deps.origin}/confirm-email#token=${token}`;
    const until = words.dateTime(occurredAt + deps.confirmationTtlMs, 'Asia/Seoul');
    return letter({
      subject: words('confirmSubject'),
      lead: words('confirmLead'),
      title: undefined,
      facts: [],
      links: [{ label: words('confirmAction'), url }],
      notes: [words('confirmUntil', { until }), words('confirmNotYou')],
    });
  }
  const show = await deps.facts.show(about.performanceId);
  if (!show) return undefined;
  const parts = await partsOf(about, { words, show, deps, language: recipient.language });
  return parts && letter(parts);
}

function partsOf(
  about: Exclude<MailAbout, { kind: 'confirm-email' }>,
  context: Context,
): Parts | undefined | Promise<Parts | undefined> {
  switch (about.kind) {
    case 'ticket':
      return ticketParts(about, context);
    case 'refund':
      return refundParts(about, context);
    case 'cancelled':
      return cancelledParts(about, context);
    case 'postponed':
    default:
      return postponedParts(about, context);
  }
}

type Context = {
  readonly words: MailWords;
  readonly show: Show;
  readonly deps: LetterDeps;
  readonly language: Language;
};
type Parts = Omit<Letter, 'language' | 'greeting' | 'footer'>;

async function ticketParts(
  about: Extract<MailAbout, { kind: 'ticket' }>,
  context: Context,
): Promise<Parts | undefined> {
  const { words, deps } = context;
  const tickets = await deps.facts.goodTickets(about.reservationId);
  // Cancelled in the meantime: the mail of the refund says so.
  if (tickets.length === 0) return undefined;
  const seatNos = tickets.map(({ seatNo }) => seatNo);
  const seats = (await deps.facts.seats(about.performanceId, seatNos)).map((seat) => words('seat', seat));
  const title = titleOf(context);
  return {
    subject: words('ticketSubject', { title }),
    lead: words('ticketLead'),
    title,
    facts: [
      ...showFacts(context),
      [words('seats'), seats.join('\n')],
      [words('amount'), `${words.money(about.amount)} (${words(`method.${about.method}`)})`],
    ],
    links: [
      reservationLink(about.reservationId, context),
      ...tickets.map(({ id }, index) => ({
        label: words('yourTicket', { seat: seats[index] ?? '' }),
        url: `${deps.origin}/tickets/${id}`,
      })),
    ],
    notes: [words('ticketEntry')],
  };
}

const REASONS = [
  'cancelled',
  'performance_cancelled',
  'hold_expired',
  'paid_already',
  'amount_mismatch',
] as const;

function refundParts(about: Extract<MailAbout, { kind: 'refund' }>, context: Context): Parts {
  const { words } = context;
  const title = titleOf(context);
  const reason = REASONS.find((one) => one === about.reason) ?? 'other';
  return {
    subject: words('refundSubject', { title }),
    lead: words(`refundLead.${reason}`),
    title,
    facts: [
      ...showFacts(context),
      [words('refund'), words.money(about.amount)],
      [words('refundTo'), words(`method.${about.method}`)],
    ],
    links: [reservationLink(about.reservationId, context)],
    notes: [words(`refundArrival.${about.method}`)],
  };
}

function cancelledParts(about: Extract<MailAbout, { kind: 'cancelled' }>, context: Context): Parts {
  const { words, show } = context;
  const title = titleOf(context);
  return {
    subject: words('cancelledSubject', { title }),
    lead: words('cancelledLead'),
    title,
    facts: [
      ...showFacts(context),
      ...(show.cancelReason === undefined ? [] : [[words('reason'), show.cancelReason] as const]),
      [words('refund'), words.money(about.amount)],
    ],
    links: [reservationLink(about.reservationId, context)],
    notes: [words('cancelledRefund')],
  };
}

/** @returns undefined where it was postponed again or cancelled: a later mail says so */
function postponedParts(
  about: Extract<MailAbout, { kind: 'postponed' }>,
  context: Context,
): Parts | undefined {
  const { words, show } = context;
  if (show.cancelReason !== undefined || show.startsAt !== about.startsAt) return undefined;
  const title = titleOf(context);
  const at = (time: number) => words.dateTime(time, show.timeZone);
  return {
    subject: words('postponedSubject', { title }),
    lead: words('postponedLead'),
    title,
    facts: [
      [words('newTime'), at(about.startsAt)],
      [words('oldTime'), at(about.postponedFrom)],
      [words('venue'), inLanguage(show.venue, context.language)],
      [words('answerUntil'), at(about.answerUntil)],
    ],
    links: [{ ...reservationLink(about.reservationId, context), label: words('keepOrHandBack') }],
    notes: [words('postponedChoice')],
  };
}

function showFacts({ words, show, language }: Context): Letter['facts'] {
  return [
    [words('when'), words.dateTime(show.startsAt, show.timeZone)],
    [words('venue'), inLanguage(show.venue, language)],
  ];
}

function titleOf({ show, language }: Context): string {
  return inLanguage(show.title, language);
}

function reservationLink(reservationId: string, { words, deps }: Context): Letter['links'][number] {
  return { label: words('yourReservation'), url: `${deps.origin}/reservations/${reservationId}` };
}

function inLanguage({ text, english }: Named, language: Language): string {
  return language === 'en' ? (english ?? text) : text;
}
