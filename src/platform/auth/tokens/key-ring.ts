import type { Clock } from '../../../kernel/clock.ts';
import type { Random } from '../../../kernel/random.ts';
import { ok, type Result, refuse } from '../../../kernel/result.ts';
import { isDueForRotation, scheduleNextKey, signingKeyAt, verifiesAt } from './key-schedule.ts';
import type { KeyStore, PublicJwk, StoredKey } from './key-store.ts';
import { createSealedKey, openStoredKey, type RingKey, withTimes } from './ring-key.ts';
import type { TokenPurpose } from './token.ts';
import { keyPartOf, TOKEN_PURPOSES } from './token-format.ts';

export type { RingKey } from './ring-key.ts';

export type KeyRingOptions = {
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly secretKey: string;
  /** How long a key is published before it signs. */
  readonly leadMs: number;
  /** Age at which a key is replaced. */
  readonly maxAgeMs: number;
  /** The longest life of a token: how long a key verifies after it signed for the last time. */
  readonly maxTokenTtlMs: number;
};

/** A JWK set (RFC 7517, section 5). */
export type KeySet = {
  readonly keys: readonly (PublicJwk & {
    readonly kid: string;
    readonly alg: 'ES256';
    readonly use: 'sig';
  })[];
};

export type Rotation = Pick<StoredKey, 'kid' | 'createdAt' | 'signsFrom'>;

/**
 * The keys of this moment. A key is published first, signs `leadMs` later, and verifies until the last
 * token that it signed has ended: at no time is there a good token whose key somebody lacks, so a rotation
 * logs nobody out. The store is shared; what other processes rotate is seen by `reload`.
 */
export type KeyRing = {
  /** The key that signs now. @throws Error before the first `reload` */
  signingKey(): RingKey;
  /** The key that writes this header for this purpose, but for the MAC; undefined when its time is over. */
  keyOfHeader(header: string, purpose: TokenPurpose): RingKey | undefined;
  /** Every key that verifies, the next one included. */
  keySet(): KeySet;
  /** Reads the store, for a token of an unknown key; does nothing when it was read a moment ago. */
  lookForNewKeys(): Promise<void>;
  /** Publishes a new key. Refused when too many are in use: each stays until its last token has ended. */
  rotate(): Promise<Result<Rotation, 'rotation_limit_reached'>>;
  /** Reads the store, makes the first key where there is none, replaces one that is too old, prunes. */
  reload(): Promise<void>;
};

/** How often tokens of unknown keys may send us to the store. */
const LOOK_INTERVAL_MS = 5_000;
/** Keys in use at once; beyond it the set would grow with every request of an impatient manager. */
const PUBLISHED_KEYS_MAX = 16;

export function createKeyRing(options: KeyRingOptions): KeyRing {
  return new StoredKeyRing(options);
}

class StoredKeyRing implements KeyRing {
  readonly #options: KeyRingOptions;
  #keys: readonly RingKey[] = [];
  readonly #byHeader: Readonly<Record<TokenPurpose, Map<string, RingKey>>> = {
    access: new Map(),
    pass: new Map(),
  };
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Readings and changes follow one another, so that an older reading never replaces a newer one. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  signingKey(): RingKey {
    const key = signingKeyAt(this.#keys, this.#options.clock.now());
    if (!key) throw new Error('the key ring is empty: it has not been started');
    return key;
  }

  keyOfHeader(header: string, purpose: TokenPurpose): RingKey | undefined {
    const byHeader = this.#byHeader[purpose];
    const key = byHeader.get(keyPartOf(header)) ?? byHeader.get(header);
    return key && verifiesAt(key, this.#options.clock.now()) ? key : undefined;
  }

  keySet(): KeySet {
    const now = this.#options.clock.now();
    const keys = this.#keys.filter((key) => verifiesAt(key, now));
    return { keys: keys.map(({ kid, publicJwk }) => ({ ...publicJwk, kid, alg: 'ES256', use: 'sig' })) };
  }

  lookForNewKeys(): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#lookedAt + LOOK_INTERVAL_MS) {
      // Perhaps it is being read at this very moment.
      return this.#inTurn(() => Promise.resolve());
    }
    this.#lookedAt = now;
    return this.#inTurn(() => this.#read());
  }

  rotate(): Promise<Result<Rotation, 'rotation_limit_reached'>> {
    return this.#inTurn(async () => {
      await this.#read();
      for (;;) {
        if (this.keySet().keys.length >= PUBLISHED_KEYS_MAX) return refuse('rotation_limit_reached');
        const rotation = await this.#addKey();
        if (rotation) return ok(rotation);
      }
    });
  }

  reload(): Promise<void> {
    const { clock, store, maxAgeMs, leadMs } = this.#options;
    return this.#inTurn(async () => {
      await store.prune(clock.now());
      await this.#read();
      // Where another process was faster, its key is read and is not due.
      while (this.#isDue(maxAgeMs, leadMs)) await this.#addKey();
    });
  }

  #isDue(maxAgeMs: number, leadMs: number): boolean {
    const newest = this.#keys.at(-1);
    return !newest || isDueForRotation(newest, this.#options.clock.now(), maxAgeMs, leadMs);
  }

  /** @returns undefined when another process added one first; either way the ring is up to date after it */
  async #addKey(): Promise<Rotation | undefined> {
    const { store, clock, leadMs, maxTokenTtlMs } = this.#options;
    const sealed = await createSealedKey(this.#options);
    const newest = this.#keys.at(-1);
    const createdAt = Math.floor(clock.now());
    const { signsFrom, retirement } = scheduleNextKey(newest, createdAt, { leadMs, maxTokenTtlMs });
    const key = { ...sealed, createdAt, signsFrom };
    const isAdded = await store.add(key, newest?.kid, retirement);
    await this.#read();
    return isAdded ? { kid: key.kid, createdAt, signsFrom } : undefined;
  }

  async #read(): Promise<void> {
    const { store, clock, secretKey } = this.#options;
    const now = clock.now();
    const known = new Map(this.#keys.map((key) => [key.kid, key]));
    const keys: RingKey[] = [];
    for (const stored of await store.load()) {
      if (!verifiesAt(stored, now)) continue;
      const key = known.get(stored.kid);
      keys.push(key ? withTimes(key, stored) : await openStoredKey(stored, secretKey));
    }
    this.#keys = keys;
    for (const purpose of TOKEN_PURPOSES) {
      const byHeader = this.#byHeader[purpose];
      byHeader.clear();
      for (const key of keys) byHeader.set(key.beginnings[purpose], key).set(key.headers[purpose], key);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
