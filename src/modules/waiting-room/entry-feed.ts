import { jsonContent, type LiveContent } from '../../platform/live/message.ts';
import type { Topic } from '../../platform/live/topic.ts';
import type { EntryView } from './contract.ts';
import type { Visitor } from './gate.ts';
import type { Standing } from './model.ts';

type Moment = {
  readonly isSoldOut: boolean;
  /** Seats are left, for those who are inside. */
  readonly isSpokenFor: boolean;
  readonly nowMs: number;
  /** How many listen in this process. */
  readonly crowd: number;
};

type Told = LiveContent & { readonly id: string };

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

/** What a listener knows of the stock, as the last part of an id. */
const STOCK = { unknown: 0, inPlace: 1, toldApart: 2, spokenFor: 3 } as const;
const STOCKS = 4;

/**
 * The id of an event names what it told, as `epoch.offset`: somebody who comes back with it and stands where it says was
 * told so already. It means the same in every process.
 */
function idOf({ number, status, ahead, passExpiresAt = 0 }: Standing, stock: number): string {
  return `${number}-${status}.${(status === 'waiting' ? ahead : passExpiresAt) * STOCKS + stock}`;
}

function knownStock(id: string | undefined): number {
  const offset = /^\d+-\w+\.(\d{1,15})$/.exec(id ?? '')?.[1];
  return offset === undefined ? STOCK.unknown : Number(offset) % STOCKS;
}

function knowsSoldOut(id: string | undefined): boolean {
  const stock = knownStock(id);
  return stock === STOCK.inPlace || stock === STOCK.toldApart;
}

type Stock = Pick<Moment, 'isSoldOut' | 'isSpokenFor'>;

function stockNow({ isSoldOut, isSpokenFor }: Stock): number {
  if (isSoldOut) return STOCK.inPlace;
  return isSpokenFor ? STOCK.spokenFor : STOCK.unknown;
}

/** One entry that somebody follows, and what they were told of it last. */
export class EntryFeed {
  readonly who: Visitor;
  readonly number: number;
  readonly topic: Topic;
  /** An answer is on its way; a second one would overtake it. */
  isBusy = false;
  /** People on their way to it. */
  opening = 0;
  /** Of the topic, when it was counted last. */
  size = 0;
  #lastId: string | undefined;
  #place: Told | undefined;
  #toldAt: number;
  #pauseMs = 0;

  constructor(
    who: Visitor,
    begin: { readonly number: number; readonly topic: Topic; readonly nowMs: number },
  ) {
    this.who = who;
    this.number = begin.number;
    this.topic = begin.topic;
    this.#toldAt = begin.nowMs;
  }

  /** Whether there is something to say of somebody who stands so. */
  isDue(standing: Standing, moment: Stock & Pick<Moment, 'nowMs'>): boolean {
    const isNoNewStock =
      moment.isSoldOut === knowsSoldOut(this.#lastId) &&
      (moment.isSoldOut || stockNow(moment) === knownStock(this.#lastId));
    if (standing.status === 'waiting' && isNoNewStock) {
      const sinceMs = moment.nowMs - this.#toldAt;
      // Most of a long line is told nothing most of the time: that is found out first.
      if (sinceMs < this.#pauseMs) return false;
      return sinceMs >= REFRESH_MS || this.#isNews(standing, moment);
    }
    return standing.status === 'waiting' || this.#isNews(standing, moment);
  }

  tell(view: EntryView, { nowMs, crowd, ...stock }: Moment): void {
    const { isSoldOut } = stock;
    const standing = standingOf(view);
    const id = idOf(standing, stockNow(stock));
    const isAdmitted = view.status === 'admitted';
    const soldOut = isSoldOut && !knowsSoldOut(this.#lastId) ? [this.#soldOut(standing)] : [];
    // A pass that could not be renewed is told once.
    if (isAdmitted && id === this.#lastId) return;
    this.#lastId = id;
    this.#toldAt = nowMs;
    const pauseMs = view.ahead * PAUSE_MS_PER_PLACE * Math.max(1, crowd / CROWD);
    this.#pauseMs = Math.min(PAUSE_MS_MAX, pauseMs);
    this.#place = { ...jsonContent(isAdmitted ? 'admitted' : 'position', view), id };
    this.topic.show([...soldOut, this.#place]);
  }

  /** What to tell who begins, or who was told something else last. */
  whole(after: string | undefined): readonly LiveContent[] {
    if (!this.#place) return [];
    const isNews = knowsSoldOut(this.#place.id) && !knowsSoldOut(after);
    return isNews ? [this.#soldOut(), this.#place] : [this.#place];
  }

  #soldOut(standing?: Standing): Told {
    const content = jsonContent('sold-out', { performanceId: this.who.performanceId });
    const place = standing ?? { number: this.number, status: 'waiting', ahead: 0, behind: 0 };
    return { ...content, id: idOf(place, STOCK.toldApart) };
  }

  #isNews(standing: Standing, stock: Stock): boolean {
    return idOf(standing, stockNow(stock)) !== this.#lastId;
  }
}

function standingOf(view: EntryView): Standing {
  const { number, status, ahead, behind, passExpiresAt } = view;
  return passExpiresAt === undefined
    ? { number, status, ahead, behind }
    : { number, status, ahead, behind, passExpiresAt: Date.parse(passExpiresAt) };
}
