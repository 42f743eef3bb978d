import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { UnavailableFault } from '../../kernel/faults.ts';
import { createLifecycle, type Lifecycle, repeating } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import { backoffMs } from '../../platform/events/backoff.ts';
import type { LeaseKeeper } from '../../platform/lease/lease-keeper.ts';
import { type LetterDeps, writeLetter } from './letter.ts';
import type { DueMail, Mail, Mailer, MailFacts, MailOutcome, MailStore } from './ports.ts';
import { toHtml, toText } from './render.ts';

export type DeliveryDeps = {
  readonly store: MailStore;
  readonly mailer: Mailer;
  readonly facts: MailFacts;
  readonly confirmationTtlMs: number;
  /** Where people reach the pages; asked for each mail, since the port may be known late. */
  readonly origin: () => string;
  /** How long one mail may take. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly upkeepLease: Pick<LeaseKeeper, 'run'>;
  readonly onError: (error: unknown) => void;
  /** Hears how each attempt went. */
  readonly onAttempt: (kind: DueMail['about']['kind'], outcome: MailOutcome | 'postponed') => void;
  /** Hears of a mail that nobody will get, with what the server said in codes. */
  readonly onLost: (mail: Pick<DueMail, 'id' | 'about'>, outcome: MailOutcome, why: string) => void;
};

export type MailDelivery = {
  readonly lifecycle: Lifecycle;
  /** @throws what the mail server failed with last, until it takes a mail again */
  check(): void;
};

/** How often it is looked for what is due; idle, that reads one page of an index. */
const INTERVAL_MS = 500;
/** Mails on their way at once, and connections to the mail server. */
export const SENT_AT_ONCE = 4;
const MINUTE_MS = 60_000;
/** RFC 5321, section 4.5.4.1, says half an hour and more for a mail that was put off, and days until it is given up. */
const BACKOFF = { baseMs: 10_000, maxMs: 30 * MINUTE_MS };
const GIVEN_UP_AFTER_MS = 3 * 24 * 60 * MINUTE_MS;
/** While the mail server is away nobody is sent to it for so long. */
const REST = { baseMs: 1_000, maxMs: MINUTE_MS };
const KEPT_MS = 30 * 24 * 60 * MINUTE_MS;
const PRUNE_INTERVAL_MS = 60 * MINUTE_MS;
/** A claim outlives the attempt by so much: what is looked up takes its time too. */
const CLAIM_SLACK_MS = 30_000;
/** What is under way when the system stops may end by itself for so long. */
const STOP_GRACE_MS = 3_000;

/**
 * Sends what is due, a few at a time. What is due stands in the database, so that any process goes on where another
 * died: then a mail may go out twice, under one Message-ID, and none is missing.
 */
export function createMailDelivery(deps: DeliveryDeps): MailDelivery {
  const { clock, store, random, onError } = deps;
  let isOpen = false;
  let stopping = new AbortController();
  let failure:
    | { readonly error: UnavailableFault; readonly times: number; readonly restUntil: number }
    | undefined;

  /** Those that failed together count as one. */
  const afterFailure = (error: UnavailableFault): NonNullable<typeof failure> => {
    const now = clock.now();
    if (failure && now < failure.restUntil) return { ...failure, error };
    const times = (failure?.times ?? 0) + 1;
    return { error, times, restUntil: now + backoffMs(times, REST, random) };
  };
  const sendOne = async (mail: DueMail): Promise<void> => {
    try {
      const outcome = await attempt(deps, mail, stopping.signal);
      if (outcome === 'sent' || outcome === 'refused') failure = undefined;
      await store.end(mail, outcome, clock.now());
      deps.onAttempt(mail.about.kind, outcome);
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (error instanceof UnavailableFault && error.dependency === 'mail') failure = afterFailure(error);
      onError(error);
      await putOff(deps, mail).catch(onError);
    }
  };
  const look = async (): Promise<void> => {
    const isAtWork = () => isOpen && clock.now() >= (failure?.restUntil ?? 0);
    let mayBeMore = true;
    while (mayBeMore && isAtWork()) {
      const now = clock.now();
      const claimedUntil = now + deps.timeoutMs + CLAIM_SLACK_MS;
      // One alone finds out whether a server that was away is back.
      const limit = failure ? 1 : SENT_AT_ONCE;
      const due = await store.claimDue({ now, claimedUntil, limit });
      await Promise.all(due.map(sendOne));
      mayBeMore = due.length === limit;
    }
  };
  const sending = repeating('mails', look, { clock, everyMs: INTERVAL_MS, onError });
  const prune = () => deps.upkeepLease.run((signal) => store.prune(clock.now() - KEPT_MS, signal));

  let stopPruning: Cancel = () => undefined;
  const lifecycle = createLifecycle('mail', {
    async start() {
      isOpen = true;
      stopping = new AbortController();
      await sending.start();
      stopPruning = every(clock, PRUNE_INTERVAL_MS, prune, onError, { unref: true });
    },
    async stop() {
      isOpen = false;
      stopPruning();
      const giveUp = clock.after(STOP_GRACE_MS, () => stopping.abort());
      await sending.stop();
      giveUp();
      stopping.abort();
      deps.mailer.close();
    },
  });
  return {
    lifecycle,
    check() {
      if (failure) throw failure.error;
    },
  };
}

async function attempt(deps: DeliveryDeps, mail: DueMail, stopping: AbortSignal): Promise<MailOutcome> {
  const { facts, mailer, onLost } = deps;
  const recipient = await facts.recipient(mail.accountId);
  if (!recipient) return 'needless';
  const context: LetterDeps = { ...deps, origin: deps.origin() };
  const letter = await writeLetter(mail, recipient, context);
  if (!letter) return 'needless';
  const message: Mail = {
    id: mail.id,
    to: { name: recipient.name ?? '', address: recipient.address },
    language: recipient.language,
    subject: letter.subject,
    text: toText(letter),
    html: toHtml(letter),
    date: mail.occurredAt,
  };
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(deps.timeoutMs)]);
  const result = await mailer.send(message, signal);
  if (result.isTaken) return 'sent';
  onLost(mail, 'refused', result.because);
  return 'refused';
}

/** Not for ever: a mail that nobody takes for days tells nobody anything new. */
async function putOff(
  { store, clock, random, onAttempt, onLost }: DeliveryDeps,
  mail: DueMail,
): Promise<void> {
  const now = clock.now();
  const at = now + BACKOFF.baseMs + backoffMs(mail.attempts + 1, BACKOFF, random);
  if (at - mail.occurredAt <= GIVEN_UP_AFTER_MS) {
    onAttempt(mail.about.kind, 'postponed');
    return store.postpone(mail, at);
  }
  onAttempt(mail.about.kind, 'given-up');
  onLost(mail, 'given-up', `${mail.attempts + 1} attempts`);
  return store.end(mail, 'given-up', now);
}
