export { createMailConsumer } from './consumer.ts';
export {
  createMailDelivery,
  type MailDelivery,
  SENT_AT_ONCE,
} from './delivery.ts';
export type {
  DueMail,
  Mail,
  MailAbout,
  MailedTicket,
  Mailer,
  MailFacts,
  MailStore,
  NewMail,
} from './ports.ts';
