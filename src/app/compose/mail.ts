import { createFolderMailer } from '../../adapters/eml/mailer.ts';
import { createCatalogueReader } from '../../adapters/postgres/catalogue/catalogue-reader.ts';
import { createMailStore, goodTickets } from '../../adapters/postgres/mail/mail-store.ts';
import { createSmtpMailer } from '../../adapters/smtp/mailer.ts';
import { mailFolder } from '../../config/mail-settings.ts';
import type { SalesCatalogue } from '../../modules/catalogue/index.ts';
import { CONFIRMATION_TTL_MS, type Identity } from '../../modules/identity/index.ts';
import {
  createMailConsumer,
  createMailDelivery,
  type MailDelivery,
  type Mailer,
  type MailFacts,
  SENT_AT_ONCE,
} from '../../modules/mail/index.ts';
import type { DurableConsumer } from '../../platform/events/event.ts';
import { countMails } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';

/** Who is to be written to, and the sending of it. */
export type Mailing = {
  readonly consumer: DurableConsumer;
  /** @param address where the pages are reached, where PUBLIC_URL does not say */
  deliverFrom(address: () => string): MailDelivery;
};

type MailFrom = {
  readonly identity: Pick<Identity, 'accounts' | 'emailConfirmation'>;
  readonly catalogue: Pick<SalesCatalogue, 'terms'>;
};

export function composeMail(base: Foundation, from: MailFrom): Mailing {
  const { config, database, logger, mailOutage } = base;
  const store = createMailStore(database);
  const count = countMails(base.metrics);
  const publicUrl = config.publicUrl?.replace(/\/$/, '');
  return {
    consumer: createMailConsumer(store),
    deliverFrom: (address) =>
      createMailDelivery({
        ...base,
        store,
        mailer: chooseMailer(base),
        facts: factsOf(base, from),
        confirmationTtlMs: CONFIRMATION_TTL_MS,
        origin: () => publicUrl ?? address(),
        timeoutMs: config.mailTimeoutMs,
        onError: base.complain('mail'),
        onAttempt(kind, outcome) {
          if (outcome === 'sent' || outcome === 'refused') mailOutage.answered();
          count(kind, outcome);
        },
        onLost: ({ id, about }, outcome, why) =>
          logger.warn({ mail: id, kind: about.kind, outcome, why }, 'nobody will get this mail'),
      }),
  };
}

function chooseMailer({ config }: Foundation): Mailer {
  const { mailUrl: url, mailFrom, mailTls: tls, mailTimeoutMs: timeoutMs } = config;
  if (url === undefined) return createFolderMailer({ folder: mailFolder(config), from: mailFrom });
  return createSmtpMailer({ url, tls, from: mailFrom, timeoutMs, connectionsMax: SENT_AT_ONCE });
}

function factsOf({ database }: Foundation, { identity, catalogue }: MailFrom): MailFacts {
  const reader = createCatalogueReader(database);
  return {
    async recipient(accountId) {
      const found = await identity.accounts.find(accountId);
      if (!found.ok) return undefined;
      const { email: address, name, language, emailConfirmedAt } = found.value;
      return { address, language, name: emailConfirmedAt === null ? undefined : name };
    },
    async show(performanceId) {
      const performance = await reader.performance(performanceId);
      const concert = performance && (await reader.concert(performance.concertId));
      if (!concert) return undefined;
      return {
        title: { text: concert.title, english: concert.titleEn },
        venue: { text: performance.venueName, english: performance.venueNameEn },
        startsAt: performance.startsAt,
        timeZone: performance.timeZone,
        cancelReason: performance.cancelReason ?? undefined,
      };
    },
    async seats(performanceId, seatNos) {
      const terms = await catalogue.terms(performanceId);
      return terms ? seatNos.map((seatNo) => terms.seatAt(seatNo)) : [];
    },
    goodTickets: (reservationId) => goodTickets(database, reservationId),
    confirmationToken: (accountId, address, issuedAt) =>
      identity.emailConfirmation.token(accountId, address, issuedAt),
  };
}
