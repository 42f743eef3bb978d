/**
 * Port: how much each key (a connection, an account, an address) may ask for. HTTP and STOMP ask it before they do
 * anything for a request.
 *
 * Every method answers at once: a check is on the path of each request. An adapter over a network decides from
 * what it knows, and learns afterwards. Refusals are plain values, so that a caller chooses its own words for them.
 */
export type Limits = {
  rate(options: RateOptions): RateLimit;
  growingDelay(options: GrowingDelayOptions): GrowingDelay;
  underWay(options: UnderWayOptions): UnderWayLimit;
};

export type RateOptions = {
  /** For metrics, and where a store is shared, the prefix of keys. */
  readonly name: string;
  /** What a key may take in a minute for ever. */
  readonly perMinute: number;
  /** What it may take at once after a rest. Default: what it may take in a minute. */
  readonly burst?: number;
  /** Keys remembered; at the bound the one that was longest silent starts afresh. Default 50,000. */
  readonly maxKeys?: number;
};

export type RateLimit = {
  /** Takes one of `key`. @returns 0 when it is granted, else after how many ms the next one will be */
  take(key: string): number;
  /** Gives one back that shall not count after all. */
  giveBack(key: string): void;
};

export type GrowingDelayOptions = {
  readonly name: string;
  /** Attempts in a row that need not wait. */
  readonly free: number;
  /** What the first attempt after those waits; each further one waits twice as long, up to `delayMsMax`. */
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
  /** After so long without an attempt a key starts afresh. */
  readonly keptMs: number;
  /** Keys remembered; at the bound the one that was longest silent starts afresh. Default 50,000. */
  readonly maxKeys?: number;
};

/** For what may be wrong some times in a row: the more often, the longer the wait before the next attempt. */
export type GrowingDelay = {
  /**
   * Counts an attempt as failed until `clear`, so that attempts at once all count.
   * @returns 0 when it is granted, else after how many ms the next one will be; one that is not granted costs nothing
   */
  take(key: string): number;
  /** The attempt was right after all: the key starts afresh. */
  clear(key: string): void;
};

export type UnderWayOptions = {
  readonly name: string;
  /** What one key may have under way. */
  readonly perKey: number;
  /** What all keys together may have under way; without it there is no such bound. */
  readonly total?: number;
};

export type UnderWayLimit = {
  /**
   * Begins one of `key`; `undefined` stands for who counts in the total alone.
   * @returns whether it may begin; only then it must `leave`
   */
  enter(key: string | undefined): boolean;
  leave(key: string | undefined): void;
  /** How many are under way. */
  readonly total: number;
};
