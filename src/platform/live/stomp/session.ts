import { isUtf8 } from 'node:buffer';
import type { Cancel } from '../../../kernel/clock.ts';
import type { Principal } from '../../auth/principal.ts';
import { Outbox, type OutFrame } from '../outbox.ts';
import type { BrokerLink } from './broker.ts';
import { connect } from './connect.ts';
import { type Frame, STOMP_ERRORS, StompError, type StompVersion } from './frame.ts';
import { FramesInOrder } from './frames-in-order.ts';
import type { AppContext } from './handlers.ts';
import { HeartBeat } from './heart-beat.ts';
import { encodeFrame } from './message.ts';
import { StompParser } from './parser.ts';
import {
  correlationOf,
  leavesSessionOpen,
  OWN_ERRORS,
  OWN_REPLIES,
  type OwnMessage,
  ownMessage,
  refusalOf,
  stompErrorOf,
} from './refusals.ts';
import { Sends } from './sends.ts';
import type { EndReason, SessionServices } from './session-registry.ts';
import { Subscriptions } from './subscriptions.ts';
import { watchExpiry } from './token-expiry.ts';
import { Transactions } from './transactions.ts';
import type { Connection } from './transports.ts';

const CONNECT_MS_MAX = 10_000;
/** What waits for a connection; anyone who lets more come up is ended. */
const BOUNDS = { bytes: 1_048_576, items: 10_000 };
const LINE_END = Buffer.from('\n');

/** One connection of a client, from CONNECT to its end. Frames are worked through in order, one at a time. */
export class StompSession {
  readonly #services: SessionServices;
  readonly #outbox: Outbox;
  readonly #parser: StompParser;
  readonly #transactions = new Transactions();
  readonly #sends = new Sends((error, frame) => this.#failWith(error, frame));
  readonly #link: BrokerLink;
  /** Frames that have their answer already, in place of a receipt. */
  readonly #refused = new WeakSet<Frame>();
  readonly #subscriptions: Subscriptions;
  readonly #frames: FramesInOrder;
  #state: 'new' | 'connecting' | 'connected' | 'ended' = 'new';
  #version: StompVersion = '1.2';
  #principal: Principal | undefined;
  #beat: HeartBeat | undefined;
  #cancelTimer: Cancel;

  constructor(connection: Connection, services: SessionServices) {
    this.#services = services;
    this.#outbox = new Outbox(connection, BOUNDS);
    this.#outbox.onRoom = () => this.#subscriptions.haveRoom();
    this.#link = services.broker.link((type) => this.#tell(OWN_REPLIES, { body: { type } }));
    this.#subscriptions = new Subscriptions({
      ...services,
      link: this.#link,
      outbox: this.#outbox,
      version: () => this.#version,
      viewer: () => this.#principal ?? null,
      onOverflow: () =>
        this.fail(new StompError('slow_consumer', 'The client does not read what it is sent.')),
    });
    this.#frames = new FramesInOrder(connection, (frame) => this.#work(frame));
    this.#parser = new StompParser({
      onFrame: (frame) => this.#frames.take(frame),
      bodyBytesMax: (headers) => services.destinations.bodyBytesMax(headers.get('destination')),
    });
    const timeout = new StompError('connect_timeout', 'There was no CONNECT in time.');
    this.#cancelTimer = services.clock.after(CONNECT_MS_MAX, () => this.fail(timeout), { unref: true });
  }

  get principal(): Principal | undefined {
    return this.#principal;
  }

  /** Bytes as they arrive. */
  receive(chunk: Buffer): void {
    if (this.#state === 'ended') return;
    this.#beat?.received();
    try {
      this.#parser.feed(chunk);
    } catch (error) {
      this.#failWith(error);
    }
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#end('left');
    this.#outbox.close();
  }

  /** Ends the session with an ERROR frame. */
  fail(error: StompError, frame?: Frame): void {
    if (this.#state === 'ended') return;
    const receipt = frame?.headers.get('receipt');
    const headers: Record<string, string> = { code: error.code, message: error.message };
    if (receipt !== undefined) headers['receipt-id'] = receipt;
    const bytes = encodeFrame('ERROR', headers, { version: this.#version, body: STOMP_ERRORS[error.code] });
    this.#end(error.code);
    this.#outbox.end({ rest: { bytes, isText: isUtf8(bytes) } }, error.code);
  }

  #failWith(thrown: unknown, frame?: Frame): void {
    const error = stompErrorOf(thrown);
    if (error !== thrown) this.#services.onError(thrown);
    // A client that does not listen for refusals would wait for its receipt.
    if (frame !== undefined && leavesSessionOpen(error, frame) && this.#subscriptions.hears(OWN_ERRORS))
      this.#refuse(error, frame);
    else this.fail(error, frame);
  }

  #refuse(error: StompError, frame: Frame): void {
    this.#refused.add(frame);
    this.#tell(OWN_ERRORS, refusalOf(error, frame));
  }

  #end(reason: EndReason): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#frames.end();
    this.#cancelTimer();
    this.#beat?.stop();
    void this.#link.close();
    this.#subscriptions.end();
    this.#services.registry.remove(this, reason);
  }

  #work(frame: Frame): Promise<void> | undefined {
    this.#services.registry.countFrame();
    try {
      const work = this.#handle(frame) ?? (frame.headers.has('receipt') ? this.#sends.settled() : undefined);
      if (work === undefined) this.#finish(frame);
      return work?.then(
        () => this.#finish(frame),
        (error: unknown) => this.#failWith(error, frame),
      );
    } catch (error) {
      this.#failWith(error, frame);
      return undefined;
    }
  }

  /** What was asked for is done: the receipt says so. */
  #finish(frame: Frame): void {
    if (this.#state === 'ended' || this.#refused.has(frame)) return;
    const { command, headers } = frame;
    const receipt = headers.get('receipt');
    const answer =
      receipt === undefined || command === 'CONNECT' || command === 'STOMP'
        ? undefined
        : this.#encoded('RECEIPT', { 'receipt-id': receipt });
    if (command === 'DISCONNECT') {
      this.#end('left');
      this.#outbox.end(answer, 'disconnected');
    } else if (answer !== undefined) {
      this.#push(answer);
    }
  }

  #encoded(command: 'CONNECTED' | 'RECEIPT', headers: Readonly<Record<string, string>>): OutFrame {
    const bytes = encodeFrame(command, headers, { version: this.#version });
    return { rest: { bytes, isText: true } };
  }

  #push(frame: OutFrame): void {
    this.#beat?.sent();
    if (!this.#outbox.push(frame))
      this.fail(new StompError('slow_consumer', 'The client does not read what it is sent.'));
  }

  #handle(frame: Frame): Promise<void> | undefined {
    const { command } = frame;
    if (command === 'CONNECT' || command === 'STOMP') return this.#connect(frame);
    if (this.#state !== 'connected') throw new StompError('not_connected', 'The first frame is CONNECT.');
    switch (command) {
      case 'SEND':
        return this.#transactions.keep(frame) ? undefined : this.#send(frame);
      case 'SUBSCRIBE':
        return this.#subscriptions.add(frame);
      case 'UNSUBSCRIBE':
        this.#subscriptions.remove(frame);
        return undefined;
      case 'ACK':
      case 'NACK':
        if (!this.#transactions.keep(frame)) this.#subscriptions.settle(frame);
        return undefined;
      case 'BEGIN':
        this.#transactions.begin(frame);
        return undefined;
      case 'ABORT':
        this.#transactions.end(frame);
        return undefined;
      case 'COMMIT':
        return this.#commit(this.#transactions.end(frame));
      case 'DISCONNECT':
        break;
    }
    return this.#link.close();
  }

  /** In order, and past the first one that takes time as well. */
  async #commit(frames: readonly Frame[]): Promise<void> {
    this.#link.begin();
    for (const frame of frames) {
      if (frame.command === 'SEND') await this.#send(frame);
      else this.#subscriptions.settle(frame);
    }
    await this.#link.commit();
  }

  #send(frame: Frame): Promise<void> | undefined {
    const destination = frame.headers.get('destination');
    if (destination === undefined) throw new StompError('destination_missing', 'SEND names no destination.');
    const { destinations, handlers } = this.#services;
    if (destinations.ruleFor(destination)?.send !== true)
      throw new StompError('destination_forbidden', 'Nobody may send there.');
    const handler = handlers.get(destination);
    if (handler === undefined) {
      const sent = this.#link.send({ destination, headers: frame.headers, body: frame.body });
      return this.#link.awaitsSends ? sent : this.#sends.add(frame, sent);
    }
    return handler(this.#contextOf(frame)) ?? undefined;
  }

  #contextOf(frame: Frame): AppContext {
    return {
      frame,
      principal: this.#principal as Principal,
      reply: (body) => this.#tell(OWN_REPLIES, { body, headers: correlationOf(frame.headers) }),
      renew: async (accessToken) => {
        const { accountId } = this.#principal as Principal;
        const principal = await this.#services.credentials.verify(accessToken);
        if (principal.accountId !== accountId)
          throw new StompError('account_mismatch', 'The token is of another account.');
        this.#principal = principal;
        this.#watchExpiry(principal);
      },
    };
  }

  /** Tells this session alone; where it does not listen, nothing is kept. */
  #tell(destination: string, message: OwnMessage): void {
    this.#beat?.sent();
    this.#subscriptions.tell(destination, ownMessage(this.#services.ids.next(), message));
  }

  #connect(frame: Frame): Promise<void> {
    if (this.#state !== 'new') throw new StompError('not_connected', 'CONNECT is sent once.');
    this.#state = 'connecting';
    const asked = connect(frame);
    this.#version = asked.version;
    this.#parser.version = asked.version;
    return this.#services.credentials.check(asked).then((principal) => {
      if (this.#state === 'ended') return;
      this.#principal = principal;
      if (!this.#services.registry.admit(this, principal))
        throw new StompError('too_many_connections', 'The account has as many connections as it may.');
      this.#state = 'connected';
      this.#cancelTimer();
      this.#beat = new HeartBeat({
        clock: this.#services.clock,
        beats: asked.beats,
        send: () => this.#outbox.push({ rest: { bytes: LINE_END, isText: true } }),
        isPaused: () => this.#frames.isBusy,
        onSilence: () => this.fail(new StompError('heart_beat_missed', 'Nothing came for too long.')),
      });
      this.#watchExpiry(principal);
      const { sendMs, receiveMs } = asked.offered;
      this.#push(
        this.#encoded('CONNECTED', {
          version: asked.version,
          'heart-beat': `${sendMs},${receiveMs}`,
          session: this.#services.ids.next(),
          server: 'firstcome',
          'user-name': principal.accountId,
        }),
      );
    });
  }

  #watchExpiry({ expiresAt }: Principal): void {
    this.#cancelTimer();
    this.#cancelTimer = watchExpiry(this.#services.clock, expiresAt, {
      onNotice: (body) => this.#tell(OWN_REPLIES, { body }),
      onEnd: () => this.fail(new StompError('token_expired', 'The access token has ended.')),
    });
  }
}
