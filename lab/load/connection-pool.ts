import { Connection, type NoAnswer } from './connection.ts';
import type { Target } from './request.ts';
import type { HttpAnswer } from './response-parser.ts';

/** A request that waits for its turn. It is written out only when it leaves. */
export type Job = {
  request(): string;
  onAnswer(answer: HttpAnswer): void;
  onFailure(failure: NoAnswer): void;
};

export type PoolOptions = { readonly size: number; readonly timeoutMs: number };

/** How many connections are opened at a time ahead of a load: more would only wait in the backlog. */
const OPENING_AT_A_TIME = 200;

/**
 * Keep-alive connections that a crowd shares, each in turn. A request that finds none idle waits in
 * order; its latency counts all the same, because it is taken from when it was meant to leave.
 */
export class ConnectionPool {
  readonly #all: readonly Connection[];
  readonly #idle: Queue<Connection> = new Queue();
  readonly #waiting: Queue<Job> = new Queue();

  constructor(target: Target, { size, timeoutMs }: PoolOptions) {
    this.#all = Array.from({ length: size }, () => new Connection(target, timeoutMs));
    for (const connection of this.#all) this.#idle.push(connection);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Opens all connections, each with a request. @throws NoAnswer where one cannot be had */
  async open(): Promise<void> {
    for (let at = 0; at < this.#all.length; at += OPENING_AT_A_TIME) {
      await Promise.all(this.#all.slice(at, at + OPENING_AT_A_TIME).map((connection) => connection.open()));
    }
  }

  /** @returns whether it left at once */
  submit(job: Job): boolean {
    const connection = this.#idle.shift();
    if (!connection) {
      this.#waiting.push(job);
      return false;
    }
    this.#send(connection, job);
    return true;
  }

  /** Drops what waits and breaks off what is under way. */
  close(): void {
    this.#waiting.clear();
    for (const connection of this.#all) connection.close();
  }

  #send(connection: Connection, job: Job): void {
    connection.send(
      job.request(),
      (answer) => {
        this.#release(connection);
        job.onAnswer(answer);
      },
      (failure) => {
        this.#release(connection);
        job.onFailure(failure);
      },
    );
  }

  #release(connection: Connection): void {
    const job = this.#waiting.shift();
    if (job) this.#send(connection, job);
    else this.#idle.push(connection);
  }
}

/** First in, first out; an array shifts in linear time when it is long. */
class Queue<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head++];
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
