import type { EffectTransaction } from '../../platform/events/event.ts';

export type Language = 'ko' | 'en';

/** A mail to one person. Name, address and subject may hold anything: an adapter lets none of it begin a header. */
export type Mail = {
  /** Letters, digits, dots and dashes; with the domain of the sender it is the Message-ID, the same at every attempt. */
  readonly id: string;
  /** A name may be empty. */
  readonly to: { readonly name: string; readonly address: string };
  readonly language: Language;
  readonly subject: string;
  /** The same twice. */
  readonly text: string;
  readonly html: string;
  /** When it was occasioned, in epoch ms; the same at every attempt. */
  readonly date: number;
};

/** Whether a mail was taken; where it never will be, the reason in codes, without an address. */
export type MailTaken = { readonly isTaken: true } | { readonly isTaken: false; readonly because: string };

/** Port: hands mails on. The same mail may be given again: adapters need not remember, but give it the same Message-ID. */
export type Mailer = {
  /**
   * No error of it has an address.
   * @throws UnavailableFault `mail` while nobody's mails are taken; Fault `mail_put_off` where this one is to be tried again
   */
  send(mail: Mail, signal: AbortSignal): Promise<MailTaken>;
  /** Lets go of connections; the next mail makes new ones. */
  close(): void;
};

/** What a mail is about: ids and figures. Names, addresses and words are looked up when it is sent, and kept nowhere. */
export type MailAbout =
  | { readonly kind: 'confirm-email' }
  | (OfReservation & Paid & { readonly kind: 'ticket' })
  | (OfReservation & Paid & { readonly kind: 'refund'; readonly reason: string })
  | (OfReservation & { readonly kind: 'cancelled'; readonly amount: number })
  | (OfReservation & Postponed);

type OfReservation = { readonly reservationId: string; readonly performanceId: string };
/** Times are epoch ms. */
export type Postponed = {
  readonly kind: 'postponed';
  readonly performanceId: string;
  readonly startsAt: number;
  readonly postponedFrom: number;
  readonly answerUntil: number;
};
/** In won. */
type Paid = { readonly amount: number; readonly method: 'points' | 'card' };

export type NewMail = {
  /** The event that occasions it and what that is about, which is one mail: `<event id>.<subject>`. */
  readonly id: string;
  readonly accountId: string;
  /** Of the event, in epoch ms. */
  readonly occurredAt: number;
  readonly about: MailAbout;
};

export type DueMail = NewMail & {
  /** How often it was tried before. */
  readonly attempts: number;
  /** Until then nobody else takes it; names the claim. */
  readonly claimedUntil: number;
};

/**
 * How it ended. `refused`: the server will never take it. `given-up`: it was tried for too long. `needless`: what it was
 * to tell is no longer so, or nobody is there to read it.
 */
export type MailOutcome = 'sent' | 'refused' | 'given-up' | 'needless';

/** Port: mails that are to be sent, kept until they are. Times are epoch ms. */
export type MailStore = {
  /** In the transaction of a consumer. One that is there already stays; people who were made up for load get none. */
  add(mails: readonly NewMail[], transaction: EffectTransaction): Promise<void>;
  /** A mail for each reservation that was paid for before, all occasioned by one event. */
  addForBuyers(
    mails: { readonly eventId: string; readonly occurredAt: number; readonly about: Postponed },
    transaction: EffectTransaction,
  ): Promise<void>;
  /** Takes what is due, oldest first, for the time until `claimedUntil`. */
  claimDue(claim: { now: number; claimedUntil: number; limit: number }): Promise<readonly DueMail[]>;
  /** Lets a claimed one be due at `at`. */
  postpone(mail: Pick<DueMail, 'id' | 'claimedUntil'>, at: number): Promise<void>;
  end(mail: Pick<DueMail, 'id'>, outcome: MailOutcome, now: number): Promise<void>;
  /** Forgets what ended before `endedBefore`, piece by piece until `signal` is aborted. */
  prune(endedBefore: number, signal?: AbortSignal): Promise<void>;
};

export type Recipient = {
  /** Undefined where nobody has confirmed the address: its reader may never have chosen that name. */
  readonly name: string | undefined;
  readonly address: string;
  readonly language: Language;
};

/** A text with what it is in English, where that is another. */
export type Named = { readonly text: string; readonly english: string | null };

export type Show = {
  readonly title: Named;
  readonly venue: Named;
  readonly startsAt: number;
  readonly timeZone: string;
  /** It does not take place, in the words of its seller; undefined: it does. */
  readonly cancelReason: string | undefined;
};

export type MailedSeat = {
  readonly section: string;
  readonly row: string;
  readonly number: number;
  readonly grade: string;
};

export type MailedTicket = { readonly id: string; readonly seatNo: number };

/** What is looked up when a mail is sent. */
export type MailFacts = {
  recipient(accountId: string): Promise<Recipient | undefined>;
  show(performanceId: string): Promise<Show | undefined>;
  seats(performanceId: string, seatNos: readonly number[]): Promise<readonly MailedSeat[]>;
  /** Those that admit somebody. */
  goodTickets(reservationId: string): Promise<readonly MailedTicket[]>;
  /** What confirms the address of an account; it begins to run out at `issuedAt`. */
  confirmationToken(accountId: string, address: string, issuedAt: number): string;
};
