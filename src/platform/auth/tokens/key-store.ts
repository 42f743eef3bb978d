/** Part of a JWK (RFC 7517) that anyone may know. */
export type PublicJwk = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
};

/** A signing key as it is kept. Times are epoch ms. */
export type StoredKey = {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  /** The private key, see sealed-key.ts. */
  readonly privateSealed: Buffer;
  readonly createdAt: number;
  /** Published from its creation, signs from here until the next key does. */
  readonly signsFrom: number;
  /** Absent while no successor is known. */
  readonly signsUntil?: number;
  /** When the last token that it signed has ended. */
  readonly verifiesUntil?: number;
};

/** When a key's successor takes over, and when its last token has ended. Epoch ms. */
export type KeyRetirement = { readonly signsUntil: number; readonly verifiesUntil: number };

/** Port. Several processes share one store. */
export type KeyStore = {
  /** All keys, in the order of `signsFrom`. */
  load(): Promise<readonly StoredKey[]>;
  /**
   * Adds the successor of the newest key and retires that one, in one step, provided that the newest
   * still is `after` (undefined: that there is none). Of several processes that rotate at once one wins.
   * @returns false when it was not, and nothing was done
   */
  add(key: StoredKey, after: string | undefined, retirement: KeyRetirement): Promise<boolean>;
  /** Deletes the keys that verify nothing after `now`. */
  prune(now: number): Promise<void>;
};
