import type { EntryView } from './contract.ts';
import type { Visitor } from './gate.ts';
import type { Standing } from './model.ts';

/** One listener; an EventStream is one. */
export type Listener = {
  send(event: string, data: unknown, id: string): void;
  close(last?: { event: string; data: unknown; id: string }): void;
  onClose(run: () => void): void;
};

type Moment = {
  readonly isSoldOut: boolean;
  readonly nowMs: number;
  /** How many listen in this process. */
  readonly crowd: number;
};

/** The estimate changes also while the place does not. */
const REFRESH_MS = 10_000;
/** Far back in the line a second's change says little: a pause of so much for each person ahead, up to the most. */
const PAUSE_MS_PER_PLACE = 1;
const PAUSE_MS_MAX = 10_000;
/**
 * A larger crowd makes the pauses longer in proportion, but for those at the front: telling a place takes about 30 µs
 * of the processor that sells the seats, and is not to take a tenth of it.
 */
const CROWD = 500;

const SOLD_OUT = '+sold-out';

/**
 * The id of an event names what it told: somebody who comes back with it and stands where it says was told so
 * already. Ids are compared and nothing else, so that they mean the same in every process.
 */
function stateId(standing: Standing, isSoldOut: boolean): string {
  const { number, status, ahead, passExpiresAt } = standing;
  return `${number}-${status}-${status === 'waiting' ? ahead : passExpiresAt}${isSoldOut ? SOLD_OUT : ''}`;
}

export function closedId(number: number): string {
  return `${number}-closed`;
}

export function isClosedId(id: string): boolean {
  return id.endsWith('-closed');
}

/** Somebody who listens, and what they were told last. */
export class StreamWatcher {
  readonly who: Visitor;
  readonly listener: Listener;
  readonly number: number;
  /** An answer is on its way; a second one would overtake it. */
  isBusy = false;
  #lastId: string | undefined;
  #toldAt: number;
  #pauseMs = 0;

  constructor(begin: {
    readonly who: Visitor;
    readonly listener: Listener;
    readonly number: number;
    /** The id of the last event that the listener saw. */
    readonly lastId: string | undefined;
    readonly nowMs: number;
  }) {
    this.who = begin.who;
    this.listener = begin.listener;
    this.number = begin.number;
    this.#lastId = begin.lastId;
    this.#toldAt = begin.nowMs;
  }

  /** Whether there is something to say to somebody who stands so. */
  isDue(standing: Standing, { isSoldOut, nowMs }: Pick<Moment, 'isSoldOut' | 'nowMs'>): boolean {
    if (standing.status === 'waiting' && isSoldOut === this.#knowsSoldOut) {
      const sinceMs = nowMs - this.#toldAt;
      // Most of a long line is told nothing most of the time: that is found out first.
      if (sinceMs < this.#pauseMs) return false;
      return sinceMs >= REFRESH_MS || stateId(standing, isSoldOut) !== this.#lastId;
    }
    return standing.status === 'waiting' || stateId(standing, isSoldOut) !== this.#lastId;
  }

  tell(view: EntryView, { isSoldOut, nowMs, crowd }: Moment): void {
    const id = stateId(standingOf(view), isSoldOut);
    const isAdmitted = view.status === 'admitted';
    if (isSoldOut && !this.#knowsSoldOut) {
      this.#lastId = `${this.#lastId ?? this.number}${SOLD_OUT}`;
      this.listener.send('sold-out', { performanceId: this.who.performanceId }, this.#lastId);
    }
    // A pass that could not be renewed is told once.
    if (isAdmitted && id === this.#lastId) return;
    this.#lastId = id;
    this.#toldAt = nowMs;
    const pauseMs = view.ahead * PAUSE_MS_PER_PLACE * Math.max(1, crowd / CROWD);
    this.#pauseMs = Math.min(PAUSE_MS_MAX, pauseMs);
    this.listener.send(isAdmitted ? 'admitted' : 'position', view, id);
  }

  get #knowsSoldOut(): boolean {
    return this.#lastId?.endsWith(SOLD_OUT) === true;
  }
}

function standingOf(view: EntryView): Standing {
  const { number, status, ahead, behind, passExpiresAt } = view;
  return passExpiresAt === undefined
    ? { number, status, ahead, behind }
    : { number, status, ahead, behind, passExpiresAt: Date.parse(passExpiresAt) };
}
