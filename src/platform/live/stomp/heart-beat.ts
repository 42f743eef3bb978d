import type { Cancel, Clock } from '../../../kernel/clock.ts';

/** What this server can send, and take, as often as that; who asks for less often gets that. */
export const OWN_INTERVAL_MS = 1_000;
/** How often of its interval a peer may be late (1.2, Heart-beating: a margin of error). */
const TOLERANCE = 2;

export type HeartBeats = { readonly sendMs: number; readonly receiveMs: number };

/** Both directions as CONNECT asks for them; 0: none. */
export function agreeOnHeartBeats(header: string | undefined): HeartBeats | undefined {
  const match = /^(\d{1,9}),(\d{1,9})$/.exec(header ?? '0,0');
  if (match === null) return undefined;
  const [theirs, wanted] = [Number(match[1]), Number(match[2])];
  return {
    sendMs: wanted === 0 ? 0 : Math.max(wanted, OWN_INTERVAL_MS),
    receiveMs: theirs === 0 ? 0 : Math.max(theirs, OWN_INTERVAL_MS),
  };
}

type Options = {
  readonly clock: Clock;
  readonly beats: HeartBeats;
  /** Sends a line end; what was written meanwhile counts as well, so that it may be skipped. */
  readonly send: () => void;
  /** Whether nothing is read at the moment, for a reason of ours: then silence is not the peer's. */
  readonly isPaused: () => boolean;
  readonly onSilence: () => void;
};

/** Keeps the beats of one connection. Whatever arrives or leaves is a beat. */
export class HeartBeat {
  readonly #options: Options;
  readonly #cancels: Cancel[] = [() => undefined, () => undefined];
  #lastReceivedAt: number;
  #hasSent = false;
  #isStopped = false;

  constructor(options: Options) {
    this.#options = options;
    this.#lastReceivedAt = options.clock.now();
    if (options.beats.sendMs > 0) this.#repeat(0, options.beats.sendMs / 2, () => this.#beat());
    if (options.beats.receiveMs > 0) this.#repeat(1, options.beats.receiveMs, () => this.#listen());
  }

  received(): void {
    this.#lastReceivedAt = this.#options.clock.now();
  }

  sent(): void {
    this.#hasSent = true;
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  #repeat(slot: number, ms: number, run: () => void): void {
    if (this.#isStopped) return;
    const turn = (): void => {
      run();
      this.#repeat(slot, ms, run);
    };
    this.#cancels[slot] = this.#options.clock.after(ms, turn, { unref: true });
  }

  /** Twice an interval, so that never more than one of it passes in silence. */
  #beat(): void {
    if (!this.#hasSent) this.#options.send();
    this.#hasSent = false;
  }

  #listen(): void {
    const { clock, beats, isPaused, onSilence } = this.#options;
    if (isPaused()) this.received();
    else if (clock.now() - this.#lastReceivedAt > beats.receiveMs * TOLERANCE) onSilence();
  }
}
