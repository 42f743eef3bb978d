import { isIP } from 'node:net';
import type { Consumer, Producer } from '@platformatic/kafka';
import { Fault, UnavailableFault } from '../../kernel/faults.ts';
import { OffsetLostFault } from '../../platform/events/ports.ts';

/** How brokers are reached; what is undefined is not used. */
export type KafkaSettings = {
  /** `host:port` of some brokers; they name the others. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly tls: boolean;
  readonly sasl?:
    | {
        readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
        readonly username: string;
        readonly password: string;
      }
    | undefined;
};

type Library = typeof import('@platformatic/kafka');

/** Where the one client of a kind is kept, until it fails. */
type Place<C> = { readonly make: (library: Library) => C; client: C | undefined };

const CONNECT_MS = 3_000;
const REQUEST_MS = 10_000;
/** More of them in one call were seen to hang after a broker died; who calls tries again (docs/deploy.md). */
const RETRIES = 2;
const RETRY_DELAY_MS = 250;
const REPLICAS_MAX = 3;

/**
 * The clients of a process: one that reads and one that writes. One that failed is thrown away, since not every state
 * of theirs was seen to mend; the next call makes another.
 */
export class KafkaClients {
  readonly #settings: KafkaSettings;
  readonly #onAnswer: () => void;
  #library: Promise<Library> | undefined;
  readonly #reader: Place<Consumer> = {
    make: (library) => new library.Consumer({ ...this.#options(), groupId: 'firstcome' }),
    client: undefined,
  };
  readonly #writer: Place<Producer> = {
    make: (library) => new library.Producer({ ...this.#options(), idempotent: true }),
    client: undefined,
  };

  constructor(settings: KafkaSettings, onAnswer: () => void) {
    this.#settings = settings;
    this.#onAnswer = onAnswer;
  }

  get topic(): string {
    return this.#settings.topic;
  }

  /** @throws UnavailableFault when the brokers do not answer; Fault when they refuse */
  read<T>(work: (consumer: Consumer) => Promise<T>): Promise<T> {
    return this.#use(this.#reader, work);
  }

  /** @throws as `read` does; what failed may have been written all the same */
  write<T>(work: (producer: Producer) => Promise<T>): Promise<T> {
    return this.#use(this.#writer, work);
  }

  /** Makes the topic where it lacks; one that another process makes at the same time is as good. */
  async createTopic(partitions: number): Promise<void> {
    const library = await this.#load();
    const admin = new library.Admin(this.#options());
    try {
      const { brokers } = await admin.metadata({ topics: [] });
      const replicas = Math.min(brokers.size, REPLICAS_MAX);
      const configs = [
        // What the store keeps for good the topic keeps too: a consumer may begin at the first event.
        { name: 'retention.ms', value: '-1' },
        // One replica may be away; of three, what was acknowledged then lies on two.
        { name: 'min.insync.replicas', value: String(Math.max(1, replicas - 1)) },
      ];
      await admin.createTopics({ topics: [this.topic], partitions, replicas, configs });
    } catch (error) {
      if (!library.findErrorBy(error as Error, 'apiId', 'TOPIC_ALREADY_EXISTS'))
        throw this.#toFault(error, library);
    } finally {
      discard(admin);
    }
  }

  close(): void {
    for (const place of [this.#reader, this.#writer]) {
      if (place.client) discard(place.client);
      place.client = undefined;
    }
  }

  async #use<C extends Consumer | Producer, T>(place: Place<C>, work: (client: C) => Promise<T>): Promise<T> {
    const library = await this.#load();
    const client = (place.client ??= place.make(library));
    try {
      const value = await work(client);
      this.#onAnswer();
      return value;
    } catch (error) {
      if (place.client === client) place.client = undefined;
      discard(client);
      throw this.#toFault(error, library);
    }
  }

  /** Loaded where it is used: a process with another feed does without it. */
  #load(): Promise<Library> {
    return (this.#library ??= import('@platformatic/kafka'));
  }

  #options() {
    const { brokers, tls, sasl } = this.#settings;
    return {
      clientId: 'firstcome',
      bootstrapBrokers: [...brokers],
      connectTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      timeout: REQUEST_MS / 2,
      retries: RETRIES,
      retryDelay: RETRY_DELAY_MS,
      ...(tls ? { tls: {}, tlsServerName: brokers.every(isNamed) } : {}),
      ...(sasl ? { sasl } : {}),
    };
  }

  #toFault(error: unknown, library: Library): Fault {
    if (error instanceof Fault) return error;
    const cause = error as Error;
    const has = (apiId: string) => carries(cause, 'apiId', apiId);
    const origin = innermost(cause);
    const words = origin.message;
    if (has('OFFSET_OUT_OF_RANGE'))
      return new OffsetLostFault(`the topic ${this.topic} does not hold what is to be read: ${words}`);
    // A broker that goes away in the middle of a handshake refuses nobody.
    const isCutOff = Reflect.get(origin, 'code') === library.NetworkError.code;
    if (carries(cause, 'code', library.AuthenticationError.code) && !isCutOff)
      return new Fault('kafka_forbidden', `Kafka does not take this user: ${words}`);
    if (has('TOPIC_AUTHORIZATION_FAILED') || has('CLUSTER_AUTHORIZATION_FAILED'))
      return new Fault('kafka_forbidden', `Kafka refuses this user on the topic ${this.topic}: ${words}`);
    if (words.startsWith('Unknown topic'))
      return new Fault('kafka_topic_unknown', `there is no topic ${this.topic}`, { retryable: true });
    const places = this.#settings.brokers.join(', ');
    return new UnavailableFault('kafka', `Kafka at ${places} cannot be used: ${words}`, { cause });
  }
}

/** By a name, which TLS then tells the broker (SNI); an address may not be told, and is checked all the same. */
function isNamed(broker: string): boolean {
  return isIP(broker.slice(0, broker.lastIndexOf(':'))) === 0;
}

/** Not awaited: brokers that are away do not keep anybody. */
function discard(client: Pick<Producer, 'close'> | Consumer): void {
  const closed = 'groupId' in client ? client.close(true) : client.close();
  closed.catch(() => undefined);
}

/** The first error of the chain that has no other below: the others only say how often it was tried. */
function innermost(error: Error): Error {
  const below: unknown = error instanceof AggregateError ? error.errors.at(-1) : error.cause;
  return below instanceof Error ? innermost(below) : error;
}

/** Whether an error of the chain has this; the client's own search does not look at causes. */
function carries(error: unknown, property: string, value: string): boolean {
  if (!(error instanceof Error)) return false;
  const others: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return (
    Reflect.get(error, property) === value ||
    [error.cause, ...others].some((one) => carries(one, property, value))
  );
}
