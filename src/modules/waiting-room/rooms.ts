import { andThen, type MaybePromise } from '../../kernel/result.ts';
import type { Availability, SalesCatalogue, SalesTerms } from '../catalogue/index.ts';
import { admits, type RoomEnd, type RoomSettings, type RoomStats } from './model.ts';

export type RoomsOptions = {
  readonly catalogue: SalesCatalogue;
  /** The settings of a room that nobody has joined or set yet. */
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
  /** Seats are left, but not more than those inside may take: nobody is admitted until some come back. */
  readonly isSpokenFor: boolean;
};

type Stock = {
  readonly isSoldOut: boolean;
  /** So many may be inside for each of them to find a seat. */
  readonly insideMax: number;
  readonly askedAt: number;
};

type KnownTerms = {
  /** Undefined: the performance is gone, or has no room. */
  readonly terms: SalesTerms | undefined;
  /** False once they have changed, until they are read again. */
  isCurrent: boolean;
};

/** How old the answer may be whether a sale is sold out. */
const STOCK_MS = 250;
/** A room that opens later than this sleeps: it is looked at again when the stats of all are taken. */
const SLEEPS_BEYOND_MS = 2_000;

/** What is known of each room between two steps of admission: its stats and the sale that it stands before. */
export class Rooms {
  readonly #options: RoomsOptions;
  #stats = new Map<string, RoomStats>();
  /** Of rooms at work, so that a step of admission asks the catalogue for nothing, however many rooms there are. */
  readonly #terms = new Map<string, KnownTerms>();
  /** Terms on their way. */
  readonly #loading = new Map<string, Promise<unknown>>();
  readonly #stocks = new Map<string, Stock>();
  /** In which somebody may be admitted, or come to an end, soon. */
  readonly #awake = new Set<string>();
  /** Somebody joined since the stats were taken. */
  readonly #joined = new Set<string>();

  constructor(options: RoomsOptions) {
    this.#options = options;
    options.catalogue.onTermsChanged((performanceId) => this.#termsChanged(performanceId));
  }

  /** The terms of a performance that has a room. */
  terms(performanceId: string): MaybePromise<SalesTerms | undefined> {
    const known = this.#terms.get(performanceId);
    if (known?.isCurrent) return known.terms;
    return andThen(this.#options.catalogue.terms(performanceId), withRoom);
  }

  stats(performanceId: string): RoomStats {
    const known = this.#stats.get(performanceId);
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
      ...this.#stockWords(performanceId, nowMs),
    };
  }

  /** Of these rooms, those that may not admit up to their concurrency, as there are not seats for so many. */
  insideMax(performanceIds: readonly string[], nowMs: number): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const id of performanceIds) {
      const { insideMax } = this.#stock(id, nowMs);
      if (insideMax < this.stats(id).concurrency) found.set(id, insideMax);
    }
    return found;
  }

  /** All rooms at work. */
  all(): readonly RoomStats[] {
    return [...this.#stats.values()];
  }

  /** Takes the stats of all rooms at work, and forgets what was known of others. */
  replaceAll(stats: readonly RoomStats[]): void {
    this.#stats = new Map(stats.map((room) => [room.performanceId, room]));
    for (const id of this.#terms.keys()) if (!this.#stats.has(id)) this.#terms.delete(id);
    for (const id of this.#stocks.keys()) if (!this.#stats.has(id)) this.#stocks.delete(id);
    for (const room of stats) if (isAtWork(room)) this.#awake.add(room.performanceId);
  }

  note(stats: RoomStats): void {
    this.#stats.set(stats.performanceId, stats);
    if (isAtWork(stats)) this.#awake.add(stats.performanceId);
  }

  noteJoin(performanceId: string): void {
    this.#joined.add(performanceId);
    this.#awake.add(performanceId);
  }

  /** The rooms on sale in which somebody waits or is inside, and that admit. */
  admitting(nowMs: number): readonly string[] {
    const ids = [...this.#awake].filter((id) => {
      if (!this.#joined.has(id) && !isAtWork(this.stats(id))) return this.#letSleep(id);
      const terms = this.#termsNow(id);
      if (terms === 'unknown') return false;
      if (!terms || nowMs >= terms.closesAt) return this.#letSleep(id);
      const opensAt = Math.max(terms.opensAt, terms.publicFrom);
      if (opensAt > nowMs + SLEEPS_BEYOND_MS) return this.#letSleep(id);
      return opensAt <= nowMs;
    });
    for (const id of ids) this.#joined.delete(id);
    return ids;
  }

  /** Rooms whose sale ended before `beforeMs`, or is gone, and in which no pass is in use. */
  over(beforeMs: number): readonly string[] {
    return [...this.#stats.values()]
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
    return this.stats(performanceId).state === 'closed' ? 'room-closed' : undefined;
  }

  #stockWords(performanceId: string, nowMs: number): Pick<Phase, 'isSoldOut' | 'isSpokenFor'> {
    const { isSoldOut, insideMax } = this.#stock(performanceId, nowMs);
    const { active, concurrency } = this.stats(performanceId);
    return { isSoldOut, isSpokenFor: !isSoldOut && insideMax < concurrency && active >= insideMax };
  }

  /** Nothing is sold out, and nobody kept outside, as long as it is not known. */
  #stock(performanceId: string, nowMs: number): Stock {
    const known = this.#stocks.get(performanceId);
    if (known && nowMs - known.askedAt < STOCK_MS) return known;
    const seats = this.#options.catalogue.availability(performanceId);
    if (seats instanceof Promise) seats.catch(() => undefined);
    const found =
      seats instanceof Promise
        ? { isSoldOut: known?.isSoldOut ?? false, insideMax: known?.insideMax ?? Infinity }
        : this.#stockOf(performanceId, seats);
    const stock = { ...found, askedAt: nowMs };
    this.#stocks.set(performanceId, stock);
    return stock;
  }

  /**
   * Each free seat serves one person inside, and who holds seats needs none: of those there are as many as would hold
   * what is held if everybody held all that one may. So nobody is let in for whom there might be no seat.
   */
  #stockOf(performanceId: string, seats: Availability | undefined): Omit<Stock, 'askedAt'> {
    const terms = this.#termsNow(performanceId);
    if (seats === undefined || typeof terms !== 'object') return { isSoldOut: false, insideMax: Infinity };
    const { free, held } = seats;
    return { isSoldOut: free + held === 0, insideMax: free + Math.ceil(held / terms.limitPerPerson) };
  }

  #letSleep(performanceId: string): false {
    this.#awake.delete(performanceId);
    this.#joined.delete(performanceId);
    return false;
  }

  #termsChanged(performanceId: string): void {
    const known = this.#terms.get(performanceId);
    if (known) known.isCurrent = false;
    // What is on its way may be what was before.
    this.#loading.delete(performanceId);
    this.#awake.add(performanceId);
  }

  /** What is known without waiting; what is not is being fetched for the next time. */
  #termsNow(performanceId: string): SalesTerms | undefined | 'unknown' {
    const known = this.#terms.get(performanceId);
    if (known?.isCurrent) return known.terms;
    const last = known ? known.terms : 'unknown';
    if (this.#loading.has(performanceId)) return last;
    const terms = this.#options.catalogue.terms(performanceId);
    if (!(terms instanceof Promise)) return this.#keepTerms(performanceId, terms);
    this.#loading.set(performanceId, terms);
    const isLatest = () => this.#loading.get(performanceId) === terms;
    void terms
      .then((found) => isLatest() && this.#keepTerms(performanceId, found))
      .catch(() => undefined)
      .finally(() => isLatest() && this.#loading.delete(performanceId));
    return last;
  }

  #keepTerms(performanceId: string, found: SalesTerms | undefined): SalesTerms | undefined {
    const terms = withRoom(found);
    this.#terms.set(performanceId, { terms, isCurrent: true });
    return terms;
  }
}

/** Somebody is in a room that admits. */
function isAtWork({ waiting, silent, active, state }: RoomStats): boolean {
  return waiting + silent + active > 0 && admits(state);
}

function withRoom(terms: SalesTerms | undefined): SalesTerms | undefined {
  return terms?.roomEnabled === true ? terms : undefined;
}
