import { type AccountKey, hashAccountKey } from './account-key.ts';
import type { EntryRecords } from './entry-records.ts';

const SLOTS_AT_FIRST_LOG2 = 6;
const LOAD_MAX = 0.75;

/** Where the accounts stand that an index finds. */
type AccountRecords = Pick<EntryRecords, 'matches' | 'wordsOf' | 'wordStart'>;

/**
 * Account to number, of those who are live: open addressing with linear probing and deletion by shifting back
 * (D. Knuth, "The Art of Computer Programming" volume 3, section 6.4, algorithms L and R). A slot holds the
 * hash and the number, 8 bytes, the account itself stands in the record. The home of a hash is given by its top
 * bits, so the slots are nearly sorted by hash, and growing reads and writes them in order: doubling at 786,000
 * people takes milliseconds.
 */
export class AccountIndex {
  readonly #records: AccountRecords;
  #slots = new Uint32Array(2 << SLOTS_AT_FIRST_LOG2);
  #shift = 32 - SLOTS_AT_FIRST_LOG2;
  #mask = (1 << SLOTS_AT_FIRST_LOG2) - 1;
  #size = 0;

  constructor(records: AccountRecords) {
    this.#records = records;
  }

  get size(): number {
    return this.#size;
  }

  /** The number of this account, or 0. */
  find(key: AccountKey): number {
    const slots = this.#slots;
    const hash = hashAccountKey(key);
    for (let slot = hash >>> this.#shift; ; slot = (slot + 1) & this.#mask) {
      const number = slots[slot * 2 + 1]!;
      if (number === 0) return 0;
      if (slots[slot * 2] === hash && this.#records.matches(number, key)) return number;
    }
  }

  /** Enters a number whose record exists and whose account is not entered. */
  add(number: number): void {
    if (this.#size + 1 > (this.#mask + 1) * LOAD_MAX) this.#grow();
    this.#put(hashAccountKey(this.#records.wordsOf(number), this.#records.wordStart(number)), number);
    this.#size++;
  }

  /** Takes out a number whose record still exists. */
  delete(number: number): void {
    const slots = this.#slots;
    const hash = hashAccountKey(this.#records.wordsOf(number), this.#records.wordStart(number));
    let hole = hash >>> this.#shift;
    while (slots[hole * 2 + 1] !== number) {
      if (slots[hole * 2 + 1] === 0) return;
      hole = (hole + 1) & this.#mask;
    }
    this.#size--;
    for (let slot = hole; ; ) {
      slot = (slot + 1) & this.#mask;
      const moved = slots[slot * 2 + 1]!;
      if (moved === 0) break;
      const home = slots[slot * 2]! >>> this.#shift;
      // It may move into the hole unless its home lies between the hole and where it stands.
      if (((slot - home) & this.#mask) < ((slot - hole) & this.#mask)) continue;
      slots[hole * 2] = slots[slot * 2]!;
      slots[hole * 2 + 1] = moved;
      hole = slot;
    }
    slots[hole * 2 + 1] = 0;
  }

  #put(hash: number, number: number): void {
    const slots = this.#slots;
    let slot = hash >>> this.#shift;
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask;
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = number;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#shift--;
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] !== 0) this.#put(old[at]!, old[at + 1]!);
    }
  }
}
