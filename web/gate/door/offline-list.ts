import type { Answer } from '../../shared/api/call.ts';
import type { Verdict } from './door.ts';
import { checkSignature, hashOf, type Keys, performanceInCode, type ReadCode } from './signed-code.ts';

export type DoorTickets = Answer<'getDoorTickets'>;
type Entry = DoorTickets['tickets'][number];

/**
 * The tickets of a door as they were when the list was fetched, and whom this page has let in since. It stands in the
 * memory of the page alone: nothing of it stays on the phone.
 */
export class OfflineList {
  readonly performanceId: string;
  readonly takenAt: string;
  readonly isComplete: boolean;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #keys: Keys;

  constructor({ performanceId, takenAt, isComplete, tickets }: DoorTickets, keys: Keys) {
    this.performanceId = performanceId;
    this.takenAt = takenAt;
    this.isComplete = isComplete;
    this.#entries = new Map(tickets.map((entry) => [entry.codeHash, entry]));
    this.#keys = keys;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Judges as the API would, as far as that is known here: validity before use.
   * @param letIn hashes of whom this page let in
   */
  async judge(read: ReadCode, letIn: ReadonlySet<string>, now: number): Promise<Verdict> {
    const { signed } = read;
    const proof = signed ? await checkSignature(signed, this.#keys, now) : 'unproven';
    if (proof === 'forged') return { kind: 'invalid' };
    if (signed && signed.performance !== performanceInCode(this.performanceId)) return { kind: 'other' };
    const hash = await hashOf(read.code);
    const entry = this.#entries.get(hash);
    // Sold after the list was fetched: only the signature can tell.
    if (!entry && proof !== 'good') return { kind: 'unknown' };
    const seat = entry && { section: entry.section, row: entry.row, number: entry.number };
    if (entry?.state === 'void') return { kind: 'void', reason: 'void', seat };
    if (entry?.state === 'used' || letIn.has(hash)) return { kind: 'used', seat };
    return { kind: 'in', isOffline: true, isNew: !entry, seat };
  }
}
