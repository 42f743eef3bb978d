import { createHash } from 'node:crypto';
import type { Cancel, Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { type Backoff, backoffMs } from '../../platform/events/backoff.ts';
import { type BrokerLink, type BrokerNews, isQueue, type Sent } from '../../platform/live/stomp/broker.ts';
import { StompError } from '../../platform/live/stomp/frame.ts';
import { isPassedOn } from '../../platform/live/stomp/message.ts';
import type { Subscription } from '../../platform/live/stomp/subscription.ts';
import type { StompConnection, StompConnectionHooks } from './stomp-connection.ts';
import { HEADERS, RelaySubscription } from './stomp-subscription.ts';

export type RelayLinkOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** Whether the broker answers at all. */
  readonly isUp: () => boolean;
  readonly open: (hooks: StompConnectionHooks) => Promise<StompConnection>;
  readonly onNews: (news: BrokerNews) => void;
  readonly onClosed: () => void;
};

/** The links of all clients are lost at once, and must not come back at once. */
const BACKOFF: Backoff = { baseMs: 1_000, maxMs: 10_000 };

/**
 * What one client has of the broker: its own connection, from its first use of it. Where that is lost, its subscriptions
 * are made again on a new one; what was not acknowledged comes again.
 */
export class RelayLink implements BrokerLink {
  readonly awaitsSends = true;
  readonly #options: RelayLinkOptions;
  readonly #subscriptions = new Map<string, RelaySubscription>();
  #connection: StompConnection | undefined;
  #opening: Promise<StompConnection> | undefined;
  #transaction: { readonly id: string; isBegun: boolean } | undefined;
  #serial = 0;
  #isAway = false;
  #isClosed = false;
  /** Attempts in a row to make the subscriptions again that failed. */
  #failures = 0;
  #cancelRetry: Cancel = () => undefined;

  constructor(options: RelayLinkOptions) {
    this.#options = options;
  }

  send(sent: Sent): Promise<void> | undefined {
    const connection = this.#connection;
    return connection?.isOpen === true ? this.#sendOn(connection, sent) : this.#sendLater(sent);
  }

  async #sendLater(sent: Sent): Promise<void> {
    await this.#sendOn(await this.#connected(), sent);
  }

  #sendOn(connection: StompConnection, { destination, headers, body }: Sent): Promise<void> | undefined {
    const transaction = this.#transactionOn(connection);
    const own: Record<string, string> = {
      destination: nameOf(destination),
      ...transaction,
      ...passedOn(headers),
    };
    // Without it a message of a queue is lost when the broker restarts.
    if (isQueue(destination)) own['persistent'] = 'true';
    if (headers.has('receipt') && transaction === undefined)
      return connection.request('SEND', own, body).catch(refuse);
    connection.send('SEND', own, body);
    return connection.drained();
  }

  async subscribe(subscription: Subscription, after: string | undefined): Promise<() => void> {
    // RabbitMQ keeps nothing of a topic for who comes back.
    if (after !== undefined && !isQueue(subscription.destination)) subscription.recovered = false;
    this.#serial += 1;
    const relayed = new RelaySubscription(`s${this.#serial}`, subscription, {
      destination: nameOf(subscription.destination),
      transaction: () => this.#connection && this.#transactionOn(this.#connection),
      onWaiting: () => this.#balance(),
    });
    const connection = await this.#connected();
    this.#subscriptions.set(relayed.id, relayed);
    try {
      await relayed.begin(connection);
    } catch (error) {
      this.#subscriptions.delete(relayed.id);
      refuse(error);
    }
    return () => {
      this.#subscriptions.delete(relayed.id);
      if (relayed.hasUnsettled) this.#restart();
      else relayed.stop();
      this.#balance();
    };
  }

  begin(): void {
    this.#serial += 1;
    this.#transaction = { id: `t${this.#serial}`, isBegun: false };
  }

  commit(): Promise<void> | undefined {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction?.isBegun !== true) return undefined;
    if (this.#connection === undefined) return refuse();
    return this.#connection.request('COMMIT', { transaction: transaction.id }).catch(refuse);
  }

  close(): Promise<void> | undefined {
    if (this.#isClosed) return undefined;
    this.#isClosed = true;
    this.#cancelRetry();
    this.#options.onClosed();
    return this.#connection?.close();
  }

  systemIsAway(): void {
    if (this.#isAway || this.#isClosed) return;
    this.#isAway = true;
    this.#options.onNews('broker_away');
  }

  /** With subscriptions it is back once they are; see {@link #reopen}. */
  systemIsBack(): void {
    if (this.#subscriptions.size === 0 || this.#connection?.isOpen === true) this.#tellBack();
  }

  #tellBack(): void {
    if (this.#isAway && !this.#isClosed) this.#options.onNews('broker_back');
    this.#isAway = false;
  }

  /** @throws StompError `broker_unavailable` */
  async #connected(): Promise<StompConnection> {
    if (this.#connection?.isOpen === true) return this.#connection;
    if (!this.#options.isUp() || this.#isClosed) return refuse();
    this.#opening ??= this.#open();
    return this.#opening.catch(refuse);
  }

  async #open(): Promise<StompConnection> {
    try {
      const connection = await this.#options.open({
        onMessage: (frame) => {
          if (this.#connection !== connection) return;
          const relayed = this.#subscriptions.get(frame.headers.get('subscription') ?? '');
          if (relayed) relayed.take(frame);
          else if (frame.headers.has('ack')) this.#restart();
        },
        onClosed: () => {
          if (this.#connection === connection) this.#lost();
        },
      });
      this.#connection = connection;
      if (this.#isClosed) await connection.close();
      return connection;
    } finally {
      this.#opening = undefined;
    }
  }

  /**
   * What a subscription has that ended: RabbitMQ gives it to others once the connection ends, and not before. After NACK
   * it would give it to the same subscription again, and after UNSUBSCRIBE it takes no NACK.
   */
  #restart(): void {
    const old = this.#connection;
    if (old === undefined || this.#isClosed) return;
    this.#connection = undefined;
    for (const relayed of this.#subscriptions.values()) relayed.lost();
    this.#opening = old.close().then(() => this.#open());
    // While the broker is away nobody waits for it.
    this.#opening.catch(() => undefined);
    void this.#reopen();
  }

  #lost(): void {
    this.#connection = undefined;
    for (const relayed of this.#subscriptions.values()) relayed.lost();
    // Without subscriptions it is opened when it is needed.
    if (this.#isClosed || this.#subscriptions.size === 0) return;
    this.systemIsAway();
    this.#reopenLater();
  }

  #reopenLater(): void {
    const { clock, random } = this.#options;
    const waitMs = backoffMs(this.#failures + 1, BACKOFF, random);
    this.#cancelRetry();
    this.#cancelRetry = clock.after(waitMs, () => void this.#reopen(), { unref: true });
  }

  async #reopen(): Promise<void> {
    if (this.#isClosed) return;
    // Nothing is tried while the broker is away, so nothing has failed.
    if (!this.#options.isUp()) return this.#reopenLater();
    try {
      const connection = await this.#connected();
      await Promise.all([...this.#subscriptions.values()].map((relayed) => relayed.begin(connection)));
      this.#failures = 0;
      this.#tellBack();
    } catch {
      this.#failures += 1;
      // One that was lost meanwhile has seen to it itself.
      if (this.#connection === undefined) this.#reopenLater();
    }
  }

  #transactionOn(connection: StompConnection): Readonly<Record<string, string>> | undefined {
    if (this.#transaction === undefined) return undefined;
    const { id, isBegun } = this.#transaction;
    if (!isBegun) connection.send('BEGIN', { transaction: id });
    this.#transaction.isBegun = true;
    return { transaction: id };
  }

  /** A client that does not read holds up its own connection to the broker, and nothing else. */
  #balance(): void {
    let isFull = false;
    for (const relayed of this.#subscriptions.values()) isFull ||= relayed.isFull;
    this.#connection?.pause(isFull);
  }
}

/** What happened to it is not known: the sender sends again, or does not. */
function refuse(_error?: unknown): never {
  throw new StompError('broker_unavailable', 'The broker is away; what was under way may have arrived.');
}

/** Headers of clients are data: none of them means anything to RabbitMQ. */
function passedOn(headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const own = [...headers].filter(([name]) => isPassedOn(name));
  return own.length === 0 ? {} : { [HEADERS]: JSON.stringify(own) };
}

/** AMQP takes names of 255 bytes. */
const NAME_BYTES_MAX = 200;

/**
 * `/topic/demo.a` is the same at RabbitMQ. There a star is a wildcard and a slash parts something else: whatever could
 * mean something is written as its number.
 */
function nameOf(destination: string): string {
  const [, kind = '', rest = ''] = /^\/(topic|queue)\/(.*)$/s.exec(destination) ?? [];
  const plain = rest.replaceAll(/[^\w.-]/g, (sign) => `~${sign.codePointAt(0)?.toString(16)}~`);
  const isLong = plain.length > NAME_BYTES_MAX;
  return `/${kind}/${isLong ? `sha256~${createHash('sha256').update(rest).digest('hex')}` : plain}`;
}
