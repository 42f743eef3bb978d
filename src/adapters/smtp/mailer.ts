import type { Transporter } from 'nodemailer';
import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import type { Mailer } from '../../modules/mail/index.ts';
import { composeMessage } from '../eml/message.ts';

export type SmtpOptions = {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** `required`: without TLS nothing is said to a server at `smtp://`; `off`: all is said without. */
  readonly tls: 'required' | 'off';
  readonly from: string;
  /** For each step of the talk; a mail as a whole has the time of its signal. */
  readonly timeoutMs: number;
  readonly connectionsMax: number;
};

/** Mails through a mail server (RFC 5321), over a few connections that are kept while there is something to send. */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  let transport: Promise<Transporter> | undefined;
  return {
    async send(mail, signal) {
      const { raw, envelope } = await composeMessage(mail, options.from);
      transport ??= connect(options);
      const open = await transport;
      try {
        await open.sendMail({ raw, envelope, signal });
        return { isTaken: true };
      } catch (error) {
        const failure = error as SmtpFailure;
        const kind = replyTo(failure);
        if (kind === 'refused') return { isTaken: false, because: describe(failure) };
        if (kind === 'put-off')
          throw new Fault('mail_put_off', `a mail is put off: ${describe(failure)}`, { retryable: true });
        throw new UnavailableFault('mail', `the mail server has not taken a mail: ${describe(failure)}`);
      }
    },
    close() {
      void transport?.then((open) => open.close({ force: true }));
      transport = undefined;
    },
  };
}

async function connect({ url, tls, timeoutMs, connectionsMax }: SmtpOptions): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return createTransport({
    pool: true,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && tls === 'required',
    ignoreTLS: tls === 'off',
    ...(username === '' ? {} : { auth }),
    maxConnections: connectionsMax,
    // What was cut off is tried again by those who keep mails, not beside them.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
  });
}

type SmtpFailure = {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
  readonly response?: string;
};

/**
 * What the server says of this very mail, in its reply to the recipient or to the content: 5yz never, 4yz later, such as
 * to a full mailbox. A reply to the sender, or to user and password, is for all mails, and an operator can put it right;
 * so is 421, with which a server goes away (RFC 5321, section 4.2).
 */
function replyTo({ code, responseCode = 0, command = '' }: SmtpFailure): 'refused' | 'put-off' | undefined {
  if (code === 'EENVELOPE' && command === 'API') return 'refused';
  if (!/^(?:RCPT TO|DATA)$/.test(command) || responseCode === 421) return undefined;
  if (responseCode >= 500) return 'refused';
  return responseCode >= 400 ? 'put-off' : undefined;
}

/** Codes alone: texts of servers name addresses. */
function describe({ code = 'unknown', responseCode, command }: SmtpFailure): string {
  return [code, command, responseCode].filter((part) => part !== undefined).join(' ');
}
