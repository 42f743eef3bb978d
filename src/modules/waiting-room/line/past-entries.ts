import type { EntryEnd } from '../model.ts';
import { type EndedStatus, STORED } from '../ports.ts';
import { AccountIndex } from './account-index.ts';
import { type AccountKey, holdsAccountKey } from './account-key.ts';

/** How many places of a room are remembered after their end: 30 bytes each, of those who ended last. */
export const PAST_ENTRIES_MAX = 65_536;
const SLOTS_AT_FIRST = 64;
/** Four words of the account, one of how the place ended. */
const WORDS = 5;
const STATUS = 4;

const ENDS: Readonly<Record<EndedStatus, EntryEnd>> = {
  [STORED.left]: 'left',
  [STORED.dropped]: 'dropped',
  [STORED.expired]: 'pass-expired',
  [STORED.spent]: 'pass-spent',
};

/** How places ended that are over, for who asks afterwards. A ring: the newest end takes the slot of the oldest. */
export class PastEntries {
  readonly #max: number;
  #words = new Uint32Array((SLOTS_AT_FIRST + 1) * WORDS);
  /** Account to slot, from 1; of several ends of one account the last. */
  readonly #index = new AccountIndex(this);
  #added = 0;

  constructor(max = PAST_ENTRIES_MAX) {
    this.#max = max;
  }

  add(account: AccountKey, status: EndedStatus): void {
    const before = this.#index.find(account);
    if (before > 0) this.#index.delete(before);
    const slot = (this.#added % this.#max) + 1;
    if (this.#added >= this.#max) this.#index.delete(slot);
    else if ((slot + 1) * WORDS > this.#words.length) this.#grow();
    this.#added++;
    this.#words.set(account, slot * WORDS);
    this.#words[slot * WORDS + STATUS] = status;
    this.#index.add(slot);
  }

  find(account: AccountKey): EntryEnd | undefined {
    const slot = this.#index.find(account);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was put there
    return slot === 0 ? undefined : ENDS[this.#words[slot * WORDS + STATUS] as EndedStatus];
  }

  /** The three that an index reads; see EntryRecords. */
  matches(slot: number, account: AccountKey): boolean {
    return holdsAccountKey(this.#words, slot * WORDS, account);
  }

  wordsOf(): Uint32Array {
    return this.#words;
  }

  wordStart(slot: number): number {
    return slot * WORDS;
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
  }
}
