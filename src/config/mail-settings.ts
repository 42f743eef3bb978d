import { join } from 'node:path';
import { integer, oneOf, type Setting, type Settings, text, url } from './settings.ts';

const SECOND = 1_000;

/** An address, with a name before it in angle brackets or without one. */
const SENDER = /^(?:[^<>"\p{Cc}]+ <[^\s<>@"]+@[^\s<>@"]+>|[^\s<>@"]+@[^\s<>@"]+)$/u;

const sender: Setting<string> = {
  ...text(
    'MAIL_FROM',
    'firstcome <no-reply@firstcome.example>',
    'Who mails are from, as an address or as Name <address>; required with MAIL_URL in production.',
  ),
  parse: (value) =>
    SENDER.test(value) && value.length <= 320 ? { value } : 'an address, or Name <address> of one line',
};

/** How people are written to, and where links in what is written lead. */
export const mailSettings = {
  mailUrl: url(
    'MAIL_URL',
    ['smtp', 'smtps'],
    'The mail server: smtp://user:password@host:587 begins TLS by STARTTLS, smtps://…:465 with it. Without it mails are files in DATA_DIR/mail, the last 1,000.',
  ),
  mailTls: oneOf(
    'MAIL_TLS',
    'required',
    'With off a server at smtp:// is spoken to without TLS. NODE_EXTRA_CA_CERTS names a CA of your own.',
    ['required', 'off'],
  ),
  mailFrom: sender,
  mailTimeoutMs: integer(
    'MAIL_TIMEOUT_MS',
    30 * SECOND,
    'How long the mail server may take for a mail; it is tried again for three days.',
    { min: SECOND, max: 600 * SECOND },
  ),
  publicUrl: {
    ...url(
      'PUBLIC_URL',
      ['https', 'http'],
      'Where people reach the pages, such as https://tickets.example.com: links in mails lead there. Required with MAIL_URL in production.',
    ),
    shownAs: 'where it listens',
  },
} as const;

/** What does not fit together, in words. */
export function mailProblems(config: Settings<typeof mailSettings>, mode: string): readonly string[] {
  const { mailUrl, mailFrom, mailTls, publicUrl } = config;
  const problems: string[] = [];
  if (publicUrl !== undefined && !isOrigin(publicUrl))
    problems.push('PUBLIC_URL must be an origin alone, such as https://tickets.example.com.');
  if (mailUrl === undefined) return problems;
  const { hostname, pathname, search, password } = new URL(mailUrl);
  if (hostname === '' || !['', '/'].includes(pathname) || search !== '')
    problems.push('MAIL_URL must be a host with user, password and port at most.');
  if (mode !== 'production') return problems;
  if (mailFrom === mailSettings.mailFrom.fallback)
    problems.push('MAIL_FROM must be set in production where MAIL_URL is.');
  if (publicUrl === undefined) problems.push('PUBLIC_URL must be set in production where MAIL_URL is.');
  if (mailTls === 'off' && password !== '')
    problems.push('MAIL_TLS off sends the password of MAIL_URL as it is: it is refused in production.');
  return problems;
}

function isOrigin(value: string): boolean {
  const { origin, username, password } = new URL(value);
  return username === '' && password === '' && [origin, `${origin}/`].includes(value);
}

/** Where mails are written where no server is named. */
export function mailFolder({ dataDir }: { readonly dataDir: string }): string {
  return join(dataDir, 'mail');
}
