import { type AccountKey, formatAccountKey, holdsAccountKey } from './account-key.ts';

/** What a number is at the moment. A silent one waits, but is passed over. */
export const ENDED = 0;
export const PRESENT = 1;
export const SILENT = 2;
export const ADMITTED = 3;
export type EntryStatus = typeof ENDED | typeof PRESENT | typeof SILENT | typeof ADMITTED;

const SEGMENT_SHIFT = 10;
const SEGMENT_SIZE = 1 << SEGMENT_SHIFT;
const WORDS = 8;
const TIME = 2;
const LINK = 6;
const FLAGS = 7;
const STATUS_MASK = 3;
const LINKED = 4;

type Segment = {
  /** Eight words a record: the account (4), a time (2, seen as a float), the next in its bucket, flags. */
  readonly words: Uint32Array;
  readonly times: Float64Array;
  /** Records that are live or linked; at zero nobody needs the segment any more. */
  pinned: number;
};

/**
 * One record of 32 bytes per number, in segments that are let go when everyone in them is through: the memory
 * of a room follows the length of its line, not its history, and growing copies nothing. A record lies in one
 * cache line, so that a look-up at random pays for one miss and not for one per field.
 */
export class EntryRecords {
  readonly #segments: (Segment | undefined)[] = [];

  /** Opens the record of a number that is not in use. `time` is epoch ms; what it means depends on the status. */
  create(number: number, key: AccountKey, status: EntryStatus, time: number): void {
    const index = number >>> SEGMENT_SHIFT;
    // Without holes, so that the array stays one that is fast to index.
    while (this.#segments.length <= index) this.#segments.push(undefined);
    const segment = (this.#segments[index] ??= createSegment());
    const at = (number & (SEGMENT_SIZE - 1)) * WORDS;
    segment.words.set(key, at);
    segment.times[at / 2 + TIME] = time;
    segment.words[at + FLAGS] = status;
    segment.pinned++;
  }

  status(number: number): EntryStatus {
    const segment = this.#segments[number >>> SEGMENT_SHIFT];
    if (segment === undefined) return ENDED;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- two bits, four statuses
    return (segment.words[wordAt(number) + FLAGS]! & STATUS_MASK) as EntryStatus;
  }

  /** Changes a live record; `ENDED` closes it. */
  setStatus(number: number, status: EntryStatus): void {
    const segment = this.#live(number);
    const at = wordAt(number) + FLAGS;
    segment.words[at] = (segment.words[at]! & LINKED) | status;
    if (status === ENDED) this.#unpin(number, segment);
  }

  time(number: number): number {
    return this.#live(number).times[wordAt(number) / 2 + TIME]!;
  }

  setTime(number: number, time: number): void {
    this.#live(number).times[wordAt(number) / 2 + TIME] = time;
  }

  accountId(number: number): string {
    return formatAccountKey(this.#live(number).words, wordAt(number));
  }

  /** The words that hold the account of a live record, and where in them it starts. */
  wordsOf(number: number): Uint32Array {
    return this.#live(number).words;
  }

  wordStart(number: number): number {
    return wordAt(number);
  }

  matches(number: number, key: AccountKey): boolean {
    const segment = this.#segments[number >>> SEGMENT_SHIFT];
    return segment !== undefined && holdsAccountKey(segment.words, wordAt(number), key);
  }

  isLinked(number: number): boolean {
    const segment = this.#segments[number >>> SEGMENT_SHIFT];
    return segment !== undefined && (segment.words[wordAt(number) + FLAGS]! & LINKED) !== 0;
  }

  /** Puts the record in a list before `next` (0: it is the last). */
  link(number: number, next: number): void {
    const segment = this.#live(number);
    const at = wordAt(number);
    segment.words[at + LINK] = next;
    if ((segment.words[at + FLAGS]! & LINKED) !== 0) return;
    segment.words[at + FLAGS]! |= LINKED;
    segment.pinned++;
  }

  /** Takes the record out of its list. @returns the next in it, or 0 */
  unlink(number: number): number {
    const segment = this.#live(number);
    const at = wordAt(number);
    const next = segment.words[at + LINK]!;
    segment.words[at + FLAGS]! &= ~LINKED;
    this.#unpin(number, segment);
    return next;
  }

  #unpin(number: number, segment: Segment): void {
    segment.pinned--;
    if (segment.pinned === 0) this.#segments[number >>> SEGMENT_SHIFT] = undefined;
  }

  #live(number: number): Segment {
    const segment = this.#segments[number >>> SEGMENT_SHIFT];
    if (segment === undefined) throw new RangeError(`number ${number} has no record`);
    return segment;
  }
}

function wordAt(number: number): number {
  return (number & (SEGMENT_SIZE - 1)) * WORDS;
}

function createSegment(): Segment {
  const buffer = new ArrayBuffer(SEGMENT_SIZE * WORDS * Uint32Array.BYTES_PER_ELEMENT);
  return { words: new Uint32Array(buffer), times: new Float64Array(buffer), pinned: 0 };
}
