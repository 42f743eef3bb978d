import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { TEST_CERTIFICATE, TEST_KEY } from './certificate.ts';

/** What the server took: between whom, and the message. */
export type Taken = { readonly to: string; readonly raw: string; readonly secure: boolean };

/** What becomes of a step: an SMTP reply with its code, or silence for ever. */
type Refusal = { readonly responseCode: number } | 'silence';

export type MailServerOptions = {
  readonly port?: number;
  /** By default STARTTLS is offered. */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /** Where there is one, nobody gets in without it. */
  readonly password?: string;
};

/** A real mail server that keeps what it is given. */
export class MailServer {
  readonly taken: Taken[] = [];
  /** Recipients that mails were offered for. */
  readonly asked: string[] = [];
  /** Change it while it runs. */
  refuse: { recipient?: (address: string) => Refusal | undefined; sender?: Refusal; message?: Refusal } = {};
  readonly #server: SMTPServer;

  constructor({ tls = 'starttls', password }: MailServerOptions) {
    this.#server = new SMTPServer({
      key: TEST_KEY,
      cert: TEST_CERTIFICATE,
      secure: tls === 'implicit',
      hideSTARTTLS: tls !== 'starttls',
      disabledCommands: tls === 'none' ? ['STARTTLS'] : [],
      authOptional: password === undefined,
      allowInsecureAuth: tls === 'none',
      closeTimeout: 100,
      disableReverseLookup: true,
      onAuth: (auth, _session, done) =>
        done(auth.password === password ? null : replyOf(535), { user: auth.username ?? '' }),
      onMailFrom: (_address, _session, done) => answer(this.refuse.sender, done),
      onRcptTo: ({ address }, _session, done) => {
        this.asked.push(address);
        answer(this.refuse.recipient?.(address), done);
      },
      onData: (stream, { envelope, secure }, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          answer(this.refuse.message, (error) => {
            const to = envelope.rcptTo[0]?.address ?? '';
            if (!error) this.taken.push({ to, raw: Buffer.concat(parts).toString(), secure });
            done(error);
          });
        });
      },
    });
    // What clients break off is theirs to know.
    this.#server.on('error', () => undefined);
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.server.once('error', reject);
      server.#server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
    });
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}

function answer(refusal: Refusal | undefined, done: (error?: Error | null) => void): void {
  if (refusal !== 'silence') done(refusal ? replyOf(refusal.responseCode) : null);
}

function replyOf(responseCode: number): Error {
  return Object.assign(new Error('no'), { responseCode });
}
