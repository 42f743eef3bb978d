export { createMailConsumer } from './consumer.ts';
export {
  createMailDelivery,
  type DeliveryDeps,
  GIVEN_UP_AFTER_MS,
  type MailDelivery,
  SENT_AT_ONCE,
} from './delivery.ts';
export type {
  DueMail,
  Language,
  Mail,
  MailAbout,
  MailedTicket,
  Mailer,
  MailFacts,
  MailOutcome,
  MailStore,
  NewMail,
} from './ports.ts';
