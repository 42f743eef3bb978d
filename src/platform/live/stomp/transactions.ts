import { type Frame, StompError } from './frame.ts';

const TRANSACTIONS_MAX = 16;
const FRAMES_MAX = 1_000;
const BYTES_MAX = 4 * 1_048_576;

/** What a session keeps back until COMMIT; what is not committed when it ends never was (1.2, BEGIN). */
export class Transactions {
  readonly #open = new Map<string, Frame[]>();
  #bytes = 0;

  /** @throws StompError */
  begin(frame: Frame): void {
    const name = nameOf(frame);
    if (this.#open.has(name)) throw invalid('The transaction has begun already.');
    if (this.#open.size >= TRANSACTIONS_MAX) throw tooLarge('Too many transactions are open.');
    this.#open.set(name, []);
  }

  /**
   * Keeps a frame that names a transaction. @returns false for one that names none
   * @throws StompError
   */
  keep(frame: Frame): boolean {
    const name = frame.headers.get('transaction');
    if (name === undefined) return false;
    const frames = this.#open.get(name);
    if (frames === undefined) throw invalid('The transaction has not begun.');
    this.#bytes += frame.body.length;
    if (frames.length >= FRAMES_MAX || this.#bytes > BYTES_MAX)
      throw tooLarge('The transaction is too large.');
    // The body is a view of what was read, which is not to be kept as long.
    frames.push({ ...frame, body: Buffer.from(frame.body) });
    return true;
  }

  /** Ends a transaction, for COMMIT and ABORT. @returns what it kept @throws StompError */
  end(frame: Frame): readonly Frame[] {
    const name = nameOf(frame);
    const frames = this.#open.get(name);
    if (frames === undefined) throw invalid('The transaction has not begun.');
    this.#open.delete(name);
    for (const { body } of frames) this.#bytes -= body.length;
    return frames;
  }
}

function nameOf({ headers }: Frame): string {
  const name = headers.get('transaction');
  if (name === undefined) throw invalid('The frame names no transaction.');
  return name;
}

function invalid(message: string): StompError {
  return new StompError('transaction_invalid', message);
}

function tooLarge(message: string): StompError {
  return new StompError('transaction_too_large', message);
}
