import { atEndOfTurn } from '../../kernel/clock.ts';

/** Where the bytes of a connection go: an event stream, a WebSocket, TCP. */
export type Transport = {
  /** Puts frames into one buffer, each as the transport wraps it, and writes it. `done` hears when the system took it. */
  write(frames: readonly OutFrame[], done: (error?: Error | null) => void): void;
  /** Bytes that were given to the connection and that the system did not take yet. */
  readonly unsentBytes: number;
  /** Calls `run` when the connection takes bytes again after it did not. */
  onDrain(run: () => void): void;
  /** Ends the connection once all that was written has gone out, or after a while in any case. */
  end(reason: string): void;
};

/** Bytes that go out as they are, and whether they are UTF-8 throughout, as a text message of WebSocket must be. */
export type Encoded = { readonly bytes: Buffer; readonly isText: boolean };

/** One frame: what is its own, if anything, and what it shares with others. */
export type OutFrame = { readonly head?: Buffer; readonly rest: Encoded };

export type OutboxItem = OutFrame & {
  /** Of items with the same key only the latest is kept while it waits. */
  readonly key?: string;
  /** Hears once whether the bytes went out; false where the connection ended before. */
  readonly onDone?: (wasSent: boolean) => void;
};

export type OutboxBounds = { readonly bytes: number; readonly items: number };

/** Beyond this many bytes that the system did not take, what comes waits here, where it can be conflated. */
const UNSENT_BYTES_MAX = 65_536;

/** Runs once at the end of this turn, for all connections that have something to send: a callback each would cost more. */
let due: (() => void)[] = [];

function flushAtEndOfTurn(flush: () => void): void {
  if (due.push(flush) > 1) return;
  atEndOfTurn(() => {
    const flushes = due;
    due = [];
    for (const one of flushes) one();
  });
}

/**
 * The frames that wait to go out on one connection: all of a tick in one write. Bounded in bytes and items; at the bound
 * `push` refuses, and the session ends with a reason rather than lose a frame in silence.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #bounds: OutboxBounds;
  #waiting: OutboxItem[] = [];
  #waitingBytes = 0;
  readonly #byKey = new Map<string, number>();
  readonly #writing = new Set<readonly OutboxItem[]>();
  #isScheduled = false;
  #isClosed = false;
  /** Runs after a write that made room. */
  onRoom: () => void = () => undefined;

  constructor(transport: Transport, bounds: OutboxBounds) {
    this.#transport = transport;
    this.#bounds = bounds;
    transport.onDrain(() => this.#flush());
  }

  /** Room for more of what can wait elsewhere, such as in a queue of the broker. */
  get hasRoom(): boolean {
    return this.#transport.unsentBytes + this.#waitingBytes < UNSENT_BYTES_MAX;
  }

  /** @returns false at the bound, or once closed: nothing was taken */
  push(item: OutboxItem): boolean {
    if (this.#isClosed) return false;
    if (item.key !== undefined && this.#replace(item, item.key)) return true;
    if (this.#isFull(bytesOf(item))) return false;
    if (item.key !== undefined) this.#byKey.set(item.key, this.#waiting.length);
    this.#waiting.push(item);
    this.#waitingBytes += bytesOf(item);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      flushAtEndOfTurn(this.#flushDue);
    }
    return true;
  }

  readonly #flushDue = (): void => {
    this.#isScheduled = false;
    this.#flush();
  };

  #isFull(bytes: number): boolean {
    return this.#waiting.length >= this.#bounds.items || this.#waitingBytes + bytes > this.#bounds.bytes;
  }

  #replace(item: OutboxItem, key: string): boolean {
    const at = this.#byKey.get(key);
    const old = at === undefined ? undefined : this.#waiting[at];
    if (at === undefined || old === undefined) return false;
    this.#waiting[at] = item;
    this.#waitingBytes += bytesOf(item) - bytesOf(old);
    old.onDone?.(true);
    return true;
  }

  #flush(): void {
    if (this.#isClosed || this.#waiting.length === 0 || this.#transport.unsentBytes > UNSENT_BYTES_MAX)
      return;
    this.#write(() => this.onRoom());
  }

  #write(after: () => void): void {
    const items = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#byKey.clear();
    this.#writing.add(items);
    this.#transport.write(items, (error) => {
      if (!this.#writing.delete(items)) return;
      for (const item of items) item.onDone?.(!error);
      after();
    });
  }

  /** Writes what waits and these last frames, and ends the connection. */
  end(last: OutFrame | undefined, reason: string): void {
    if (this.#isClosed) return;
    if (last !== undefined) this.#waiting.push(last);
    if (this.#waiting.length > 0) this.#write(() => undefined);
    this.#transport.end(reason);
  }

  /** The connection is gone: what did not go out is said not to have. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const unsent = [...[...this.#writing].flat(), ...this.#waiting];
    this.#writing.clear();
    this.#waiting = [];
    for (const item of unsent) item.onDone?.(false);
  }
}

/** The length of a frame on the wire. */
export function bytesOf({ head, rest }: OutFrame): number {
  return (head?.length ?? 0) + rest.bytes.length;
}
