import type { Mail } from '../../modules/mail/index.ts';

/** A mail as it goes over the wire (RFC 5322), and between whom. */
export type Message = {
  readonly raw: Buffer;
  readonly envelope: { readonly from: string; readonly to: string };
};

/** Control characters, line separators included: nothing that a person wrote may end its header or turn its direction. */
const UNPRINTED = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;
const HEADER_LENGTH_MAX = 200;

/**
 * The one place where mails become messages, so that a file and a mail server get the same bytes. Whatever is given
 * again is the same to the byte: boundaries and date follow from the mail.
 */
export async function composeMessage(mail: Mail, from: string): Promise<Message> {
  // Loaded with the first mail: a start need not wait for it.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const node = new MailComposer({
    from,
    to: { name: oneLine(mail.to.name), address: mail.to.address },
    subject: oneLine(mail.subject),
    date: new Date(mail.date),
    messageId: `<${mail.id}@${domainOf(from)}>`,
    baseBoundary: mail.id,
    headers: {
      // Nobody's absence is to be answered (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'Content-Language': mail.language,
    },
    text: mail.text,
    html: mail.html,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const { from: sender } = node.getEnvelope();
  if (sender === false) throw new Error('MAIL_FROM is no address');
  return { raw: await node.build(), envelope: { from: sender, to: mail.to.address } };
}

function oneLine(text: string): string {
  return text.replace(UNPRINTED, ' ').trim().slice(0, HEADER_LENGTH_MAX);
}

function domainOf(from: string): string {
  return from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '');
}
