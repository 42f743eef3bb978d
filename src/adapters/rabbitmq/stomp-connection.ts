import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../../kernel/clock.ts';
import { UnavailableFault } from '../../kernel/faults.ts';
import { type Frame, SERVER_SIDE, type ServerCommand } from '../../platform/live/stomp/frame.ts';
import { HeartBeat } from '../../platform/live/stomp/heart-beat.ts';
import { encodeAny } from '../../platform/live/stomp/message.ts';
import { StompParser } from '../../platform/live/stomp/parser.ts';

export type StompRelaySettings = {
  /** `stomp://user:password@host:port/vhost`, or `stomps:` by TLS. */
  readonly url: string;
};

export type StompConnectionHooks = {
  readonly onMessage: (frame: Frame<ServerCommand>) => void;
  /** Once, for a connection that had been opened. */
  readonly onClosed: (reason: string) => void;
};

const BEAT_MS = 10_000;
const CONNECT_MS_MAX = 10_000;
const CLOSE_MS_MAX = 5_000;
/** Beyond it a sender waits until the broker has taken what was written. */
const UNSENT_BYTES_MAX = 262_144;
/** RabbitMQ sends what we sent it, and its own headers. */
const BODY_BYTES_MAX = 2 * 1_048_576;
const LINE_END = '\n';

type Receipt = { readonly resolve: () => void; readonly reject: (error: Error) => void };

/** One connection to the STOMP port of RabbitMQ, as a client of STOMP 1.2. */
export class StompConnection {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #receipts = new Map<string, Receipt>();
  #hooks: StompConnectionHooks | undefined;
  #beat: HeartBeat | undefined;
  #receiptCount = 0;
  #lost: string | undefined;
  #isPaused = false;
  #onConnected: (frame: Frame<ServerCommand>) => void = () => undefined;

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    const parser = new StompParser<ServerCommand>(
      { onFrame: (frame) => this.#take(frame), bodyBytesMax: () => BODY_BYTES_MAX },
      SERVER_SIDE,
    );
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => {
      this.#beat?.received();
      try {
        parser.feed(data);
      } catch (error) {
        this.destroy(String(error));
      }
    });
    socket.on('error', (error) => this.destroy(error.message));
    socket.on('close', () => this.destroy('the broker closed the connection'));
  }

  /** @throws UnavailableFault where RabbitMQ does not answer, or refuses */
  static async open(
    { url }: StompRelaySettings,
    clock: Clock,
    hooks: StompConnectionHooks,
  ): Promise<StompConnection> {
    const { protocol, hostname, port, username, password, pathname } = new URL(url);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const place = { host, port: port === '' ? (protocol === 'stomps:' ? 61_614 : 61_613) : Number(port) };
    const isTls = protocol === 'stomps:';
    const socket = isTls ? connectTls({ ...place, servername: host }) : connect(place);
    const connection = new StompConnection(socket, clock);
    await connection.#greet(
      {
        'accept-version': '1.2',
        host: pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/',
        login: decodeURIComponent(username),
        passcode: decodeURIComponent(password),
        'heart-beat': `${BEAT_MS},${BEAT_MS}`,
      },
      isTls ? 'secureConnect' : 'connect',
    );
    connection.#hooks = hooks;
    return connection;
  }

  get isOpen(): boolean {
    return this.#lost === undefined;
  }

  #greet(headers: Readonly<Record<string, string>>, opened: string): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => {
        cancel();
        this.destroy(reason);
        reject(new UnavailableFault('rabbitmq', `RabbitMQ's STOMP port does not answer: ${reason}`));
      };
      const cancel = this.#clock.after(CONNECT_MS_MAX, () => fail('it took too long'));
      this.#socket.once('error', (error) => fail(error.message));
      this.#socket.once('close', () => fail('it closed the connection'));
      this.#socket.once(opened, () => this.#socket.write(encodeAny('CONNECT', { headers }, '1.0')));
      this.#onConnected = (frame) => {
        if (frame.command !== 'CONNECTED') return fail(frame.headers.get('message') ?? frame.command);
        cancel();
        this.#keepBeats();
        return resolve();
      };
    });
  }

  #keepBeats(): void {
    this.#beat = new HeartBeat({
      clock: this.#clock,
      beats: { sendMs: BEAT_MS, receiveMs: BEAT_MS },
      send: () => this.#socket.write(LINE_END),
      isPaused: () => this.#isPaused,
      onSilence: () => this.destroy('the broker is silent'),
    });
  }

  #take(frame: Frame<ServerCommand>): void {
    const { command, headers } = frame;
    if (this.#hooks === undefined) return this.#onConnected(frame);
    if (command === 'RECEIPT') {
      const id = headers.get('receipt-id') ?? '';
      this.#receipts.get(id)?.resolve();
      this.#receipts.delete(id);
    } else if (command === 'MESSAGE') {
      this.#hooks.onMessage(frame);
    } else {
      this.destroy(`${headers.get('message') ?? ''} ${frame.body.toString()}`.trim());
    }
  }

  send(command: string, headers: Readonly<Record<string, string>>, body?: Buffer): void {
    if (!this.isOpen) return;
    this.#beat?.sent();
    this.#socket.write(encodeAny(command, body === undefined ? { headers } : { headers, body }, '1.2'));
  }

  /** Done once the broker says that it is. @throws UnavailableFault where nobody can know any more */
  request(command: string, headers: Readonly<Record<string, string>>, body?: Buffer): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(lost(this.#lost));
    this.#receiptCount += 1;
    const receipt = String(this.#receiptCount);
    return new Promise<void>((resolve, reject) => {
      this.#receipts.set(receipt, { resolve, reject });
      this.send(command, { ...headers, receipt }, body);
    });
  }

  /** Resolves when what was written is gone; undefined where it need not be waited for. */
  drained(): Promise<void> | undefined {
    if (!this.isOpen || this.#socket.writableLength < UNSENT_BYTES_MAX) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  /** Nothing more is read from the broker until it is called with false. */
  pause(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Once the broker has taken all that was sent, or after a while. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.pause(false);
    const cancel = this.#clock.after(CLOSE_MS_MAX, () => this.destroy('it took too long to close'));
    await this.request('DISCONNECT', {}).catch(() => undefined);
    cancel();
    this.destroy('closed');
  }

  destroy(reason: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = reason;
    this.#beat?.stop();
    this.#socket.destroy();
    const waiting = [...this.#receipts.values()];
    this.#receipts.clear();
    for (const { reject } of waiting) reject(lost(reason));
    this.#hooks?.onClosed(reason);
  }
}

function lost(reason: string): UnavailableFault {
  return new UnavailableFault('rabbitmq', `the connection to RabbitMQ's STOMP port is lost: ${reason}`);
}
