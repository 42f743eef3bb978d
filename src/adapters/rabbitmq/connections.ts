import type { Channel, ChannelModel, ConfirmChannel, Options } from 'amqplib';
import type { Clock } from '../../kernel/clock.ts';
import { withDeadline } from '../../kernel/deadline.ts';
import { Fault, UnavailableFault } from '../../kernel/faults.ts';

/** How RabbitMQ is reached. */
export type RabbitmqSettings = {
  /** `amqp://user:password@host:port/vhost`, or `amqps`, of one node or more; the first that answers is used. */
  readonly urls: readonly string[];
  /** The exchange, and what the names of the streams begin with. */
  readonly name: string;
};

/** What a connection is for: RabbitMQ stops reading from those that publish while it is low on memory or disk. */
type Purpose = 'reads' | 'writes';

type Connection = { readonly model: ChannelModel; blocked?: string | undefined; failure?: Error };

const CONNECT_MS = 3_000;
const HEARTBEAT_S = 10;
/** Above what a stream that changes its leader takes. */
const ANSWER_MS = 10_000;
const NOT_ALLOWED = 'ConnectionOpenOk';

/**
 * The two connections of a process. One that ends is forgotten, and the next call makes another: a client that recovers
 * by itself would consume again from where it began, and would not say which messages it lost.
 */
export class RabbitmqConnections {
  readonly settings: RabbitmqSettings;
  readonly #clock: Clock;
  readonly #onAnswer: () => void;
  readonly #open = new Map<Purpose, Promise<Connection>>();

  constructor(settings: RabbitmqSettings, clock: Clock, onAnswer: () => void) {
    this.settings = settings;
    this.#clock = clock;
    this.#onAnswer = onAnswer;
  }

  /** A channel to read by; `onEnd` is called once, whatever ends it. */
  async readChannel(onEnd: (error: Error) => void): Promise<Channel> {
    return this.answer('reads', 'a channel', async (connection) =>
      watch(await connection.model.createChannel(), connection, onEnd),
    );
  }

  /** A channel that confirms what is published; `onEnd` as above. */
  async writeChannel(onEnd: (error: Error) => void): Promise<ConfirmChannel> {
    return this.answer('writes', 'a channel', async (connection) =>
      watch(await connection.model.createConfirmChannel(), connection, onEnd),
    );
  }

  /**
   * Waits for what RabbitMQ answers. A connection that keeps one waiting is given up.
   * @throws UnavailableFault, or Fault for what RabbitMQ refuses
   */
  async answer<T>(purpose: Purpose, what: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    let connection: Connection | undefined;
    try {
      connection = await this.#connection(purpose);
      const value = await withDeadline(work(connection), ANSWER_MS, this.#clock, what);
      this.#onAnswer();
      return value;
    } catch (error) {
      const isLate = error instanceof Fault && error.code === 'deadline_exceeded';
      if (connection && isLate) this.#giveUp(purpose, connection);
      throw this.toFault(isLate && connection?.blocked ? new Error(connection.blocked) : error);
    }
  }

  /** Settles when the streams are there, and RabbitMQ takes something in. */
  async ping(partitions: number): Promise<void> {
    const channel = await this.readChannel(() => undefined);
    try {
      await this.answer('reads', 'asking for the streams', async () => {
        for (let partition = 0; partition < partitions; partition += 1)
          await channel.checkQueue(queueOf(this.settings.name, partition));
      });
    } finally {
      channel.close().catch(() => undefined);
    }
    await this.answer('writes', 'asking', async ({ blocked }) => {
      if (blocked !== undefined) throw new Error(blocked);
    });
  }

  /** Waits for what is to come from RabbitMQ by itself. @throws as `answer` */
  async arrival(what: string, coming: Promise<void>): Promise<void> {
    try {
      await withDeadline(coming, ANSWER_MS, this.#clock, what);
    } catch (error) {
      throw this.toFault(error);
    }
  }

  close(): void {
    for (const [purpose, opening] of this.#open) {
      this.#open.delete(purpose);
      void opening.then(({ model }) => discard(model)).catch(() => undefined);
    }
  }

  toFault(error: unknown): Fault {
    if (error instanceof Fault && error.code !== 'deadline_exceeded') return error;
    const { name } = this.settings;
    const { message } = error as Error;
    // RabbitMQ's own words stand in quotes behind the code.
    const words = /with message "(.*)"$/s.exec(message)?.[1] ?? message.trim();
    const code = Number(
      Reflect.get(error as Error, 'code') ?? /terminated by server: (\d+)/.exec(message)?.[1],
    );
    if (code === 403) return new Fault('rabbitmq_forbidden', `RabbitMQ refuses this user: ${words}`);
    if (message.includes(NOT_ALLOWED))
      return new Fault(
        'rabbitmq_forbidden',
        'RabbitMQ has no virtual host of the name in AMQP_URL, or refuses it to this user',
      );
    if (code === 404) return unknownStream(name, words);
    if (code === 406)
      return new Fault(
        'rabbitmq_stream_unfit',
        `what RabbitMQ holds under ${name} is not what is needed: ${words}; delete it, so that it is made again, or name another in AMQP_STREAMS`,
      );
    const places = this.settings.urls.map((url) => new URL(url).host).join(', ');
    return new UnavailableFault('rabbitmq', `RabbitMQ at ${places} cannot be used: ${words}`, {
      cause: error,
    });
  }

  #connection(purpose: Purpose): Promise<Connection> {
    const found = this.#open.get(purpose);
    if (found) return found;
    const opening = this.#connect(purpose, () => {
      if (this.#open.get(purpose) === opening) this.#open.delete(purpose);
    });
    this.#open.set(purpose, opening);
    opening.catch(() => {
      if (this.#open.get(purpose) === opening) this.#open.delete(purpose);
    });
    return opening;
  }

  /** Loads the client where it is used: a process with another feed does without it. */
  async #connect(purpose: Purpose, onEnd: () => void): Promise<Connection> {
    const { connect } = await import('amqplib');
    let failure: unknown;
    for (const url of this.settings.urls) {
      try {
        const model = await connect(toOptions(url), {
          timeout: CONNECT_MS,
          noDelay: true,
          clientProperties: { connection_name: `firstcome ${purpose}` },
        });
        const connection: Connection = { model };
        // Its channels end with it, and say why.
        model.on('error', (error) => {
          connection.failure = error;
        });
        model.on('close', onEnd);
        model.on('blocked', (reason) => {
          connection.blocked = `RabbitMQ takes nothing in for now: ${reason}`;
        });
        model.on('unblocked', () => {
          connection.blocked = undefined;
        });
        return connection;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #giveUp(purpose: Purpose, connection: Connection): void {
    this.#open.delete(purpose);
    discard(connection.model);
  }
}

export const queueOf = (name: string, partition: number) => `${name}.${partition}`;

/** @returns a fault that a start answers by making what lacks */
export function unknownStream(name: string, words: string): Fault {
  return new Fault('rabbitmq_stream_unknown', `streams of ${name} lack at RabbitMQ: ${words}`, {
    retryable: true,
  });
}

function toOptions(url: string): Options.Connect {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const isTls = protocol === 'amqps:';
  return {
    protocol: isTls ? 'amqps' : 'amqp',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (isTls ? 5671 : 5672),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    vhost: pathname.length > 1 ? pathname.slice(1) : '/',
    heartbeat: HEARTBEAT_S,
  };
}

/** Tells once that a channel ended, by the error that ended it where there is one. */
function watch<C extends Channel>(channel: C, connection: Connection, onEnd: (error: Error) => void): C {
  let reason: Error | undefined;
  channel.on('error', (error) => {
    reason = error;
  });
  channel.on('close', () => onEnd(reason ?? connection.failure ?? new Error('the connection was closed')));
  return channel;
}

/** Not awaited: a broker that is away does not keep anybody. */
function discard(model: ChannelModel): void {
  model.close().catch(() => undefined);
}
