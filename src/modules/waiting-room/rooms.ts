import type { SalesCatalogue, SalesTerms } from '../catalogue/index.ts';
import { admits, type RoomEnd, type RoomFigures, type RoomSettings } from './model.ts';
import type { MaybePromise } from './ports.ts';

export type RoomsOptions = {
  readonly catalogue: SalesCatalogue;
  /** The knobs of a room that nobody has joined or set yet. */
  readonly newRoom: RoomSettings;
};

/** What a room's sale means for those in line, as far as it is known without asking. */
export type Phase = {
  /** Until the room opens; zero or less when it is open. */
  readonly opensInMs: number;
  /** Why nobody will be admitted; undefined while people are. */
  readonly closedBy: RoomEnd | undefined;
  /** No seat is left that is free or could lapse. */
  readonly isSoldOut: boolean;
};

type Stock = { readonly isSoldOut: boolean; readonly askedAt: number };

/** How old the answer may be whether a sale is sold out. */
const STOCK_MS = 250;

/** What is known of each room between two steps of admission: its figures and the sale that it stands before. */
export class Rooms {
  readonly #options: RoomsOptions;
  #figures = new Map<string, RoomFigures>();
  /** The last terms of rooms at work, for while the catalogue cannot say. */
  readonly #lastTerms = new Map<string, SalesTerms>();
  readonly #stocks = new Map<string, Stock>();
  /** Somebody joined since the figures were taken. */
  readonly #joined = new Set<string>();

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** The terms of a performance that has a room. */
  terms(performanceId: string): MaybePromise<SalesTerms | undefined> {
    const terms = this.#options.catalogue.terms(performanceId);
    if (terms instanceof Promise) return terms.then(withRoom);
    return withRoom(terms);
  }

  figures(performanceId: string): RoomFigures {
    const known = this.#figures.get(performanceId);
    if (known) return known;
    const nothing = { version: 0, waiting: 0, silent: 0, active: 0, admittedTotal: 0, currentRate: 0 };
    return { performanceId, ...this.#options.newRoom, ...nothing };
  }

  /** `known`: the terms, where somebody has just waited for them. */
  phase(performanceId: string, nowMs: number, known?: SalesTerms): Phase {
    const terms = known ?? this.#termsNow(performanceId);
    return {
      opensInMs: typeof terms === 'object' ? terms.opensAt - nowMs : 0,
      closedBy: this.#closedBy(performanceId, terms, nowMs),
      isSoldOut: this.#isSoldOut(performanceId, nowMs),
    };
  }

  /** All rooms at work. */
  all(): readonly RoomFigures[] {
    return [...this.#figures.values()];
  }

  /** Takes the figures of all rooms at work, and forgets what was known of others. */
  replaceAll(figures: readonly RoomFigures[]): void {
    this.#figures = new Map(figures.map((room) => [room.performanceId, room]));
    for (const id of this.#lastTerms.keys()) if (!this.#figures.has(id)) this.#lastTerms.delete(id);
    for (const id of this.#stocks.keys()) if (!this.#figures.has(id)) this.#stocks.delete(id);
  }

  note(figures: RoomFigures): void {
    this.#figures.set(figures.performanceId, figures);
  }

  noteJoin(performanceId: string): void {
    this.#joined.add(performanceId);
  }

  /** The rooms in which somebody may wait for admission now. */
  admitting(nowMs: number): readonly string[] {
    const waiting = [...this.#figures.values()].filter((room) => room.waiting > 0 && admits(room.state));
    const ids = new Set([...this.#joined, ...waiting.map((room) => room.performanceId)]);
    this.#joined.clear();
    return [...ids].filter((id) => this.#isOpen(id, nowMs));
  }

  /** Rooms whose sale ended before `beforeMs`, or is gone, and in which no pass is in use. */
  over(beforeMs: number): readonly string[] {
    return [...this.#figures.values()]
      .filter(({ performanceId, active }) => {
        const terms = this.#termsNow(performanceId);
        return active === 0 && terms !== 'unknown' && (terms === undefined || terms.closesAt < beforeMs);
      })
      .map((room) => room.performanceId);
  }

  #closedBy(performanceId: string, terms: SalesTerms | undefined | 'unknown', nowMs: number) {
    if (terms === undefined) return 'room-off';
    // A concert that was taken back sells nothing more either.
    if (terms !== 'unknown' && (nowMs >= terms.closesAt || nowMs < terms.publicFrom)) return 'sale-over';
    return this.figures(performanceId).state === 'closed' ? 'room-closed' : undefined;
  }

  /** False as long as that is not known. */
  #isSoldOut(performanceId: string, nowMs: number): boolean {
    const known = this.#stocks.get(performanceId);
    if (known && nowMs - known.askedAt < STOCK_MS) return known.isSoldOut;
    const seats = this.#options.catalogue.availability(performanceId);
    if (seats instanceof Promise) seats.catch(() => undefined);
    const isSoldOut =
      seats instanceof Promise
        ? known?.isSoldOut === true
        : seats !== undefined && seats.free + seats.held === 0;
    this.#stocks.set(performanceId, { isSoldOut, askedAt: nowMs });
    return isSoldOut;
  }

  #isOpen(performanceId: string, nowMs: number): boolean {
    const terms = this.#termsNow(performanceId);
    if (terms === 'unknown') this.#joined.add(performanceId);
    if (typeof terms !== 'object' || nowMs < terms.publicFrom) return false;
    return terms.opensAt <= nowMs && nowMs < terms.closesAt;
  }

  /** What is known without waiting; what is not is being fetched for the next time. */
  #termsNow(performanceId: string): SalesTerms | undefined | 'unknown' {
    const terms = this.#options.catalogue.terms(performanceId);
    if (terms instanceof Promise) {
      terms.catch(() => undefined);
      return this.#lastTerms.get(performanceId) ?? 'unknown';
    }
    const found = withRoom(terms);
    if (found) this.#lastTerms.set(performanceId, found);
    else this.#lastTerms.delete(performanceId);
    return found;
  }
}

function withRoom(terms: SalesTerms | undefined): SalesTerms | undefined {
  return terms?.roomEnabled === true ? terms : undefined;
}
