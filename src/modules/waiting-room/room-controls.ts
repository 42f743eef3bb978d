import { ok, type Result, refuse } from '../../kernel/result.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import type { SeenVersions } from '../../platform/http/conditional.ts';
import type { IdempotencyRef } from '../../platform/idempotency/ports.ts';
import type { SalesTerms } from '../catalogue/index.ts';
import type { RoomPatch, RoomView } from './contract.ts';
import type { LineBatch } from './entries.ts';
import type { RoomSettings, RoomStats } from './model.ts';
import type { WaitingLine } from './ports.ts';
import type { Rooms } from './rooms.ts';

export type RoomControlsOptions = {
  readonly line: Pick<WaitingLine, 'stats' | 'absence'>;
  readonly batch: Pick<LineBatch, 'submit'>;
  readonly rooms: Rooms;
};

export type RoomChangeCommand = {
  readonly performanceId: string;
  readonly patch: RoomPatch;
  readonly principal: Principal;
  readonly seen?: SeenVersions;
  readonly key?: IdempotencyRef | undefined;
};

/** A room, and the times of its sale. */
export type RoomOnSale = RoomStats & Pick<SalesTerms, 'opensAt' | 'closesAt'>;

type RoomAnswer = Result<RoomOnSale, 'room_not_found' | 'changed_meanwhile'>;

const NOT_FOUND = refuse('room_not_found');
/** Rooms that a list shows: those in which most people are. */
const ROOMS_LISTED_MAX = 100;

/** The settings of a room, for its seller and for managers; to other sellers the room does not exist. */
export class RoomControls {
  readonly #options: RoomControlsOptions;

  constructor(options: RoomControlsOptions) {
    this.#options = options;
  }

  async read(performanceId: string, principal: Principal): Promise<RoomAnswer> {
    const terms = await this.#termsFor(performanceId, principal);
    return terms ? ok({ ...saleOf(terms), ...(await this.#stats(performanceId)) }) : NOT_FOUND;
  }

  /** The rooms at work that this person may control, most people first; as of the last step of admission. */
  async list(principal: Principal): Promise<RoomView[]> {
    const rooms = this.#options.rooms.all().toSorted((a, b) => peopleIn(b) - peopleIn(a));
    const views: RoomView[] = [];
    for (const stats of rooms) {
      if (views.length === ROOMS_LISTED_MAX) break;
      const terms = await this.#termsFor(stats.performanceId, principal);
      if (terms) views.push(roomView({ ...saleOf(terms), ...stats }));
    }
    return views;
  }

  /** In force with the answer: of what is decided after it, nothing follows the old settings. */
  async change({ performanceId, patch, principal, seen, key }: RoomChangeCommand): Promise<RoomAnswer> {
    const terms = await this.#termsFor(performanceId, principal);
    if (!terms) return NOT_FOUND;
    const { batch, rooms } = this.#options;
    const known = saleOf(terms);
    const { outcome, stats } = await batch.submit({
      kind: 'configure',
      performanceId,
      // Who sets the rate means it, also while another one was lent.
      change: patch.ratePerSecond === undefined ? patch : { ...patch, rateBefore: undefined },
      changedBy: principal.accountId,
      seen,
      saveTo: key && { ref: key, known },
    });
    if (outcome === 'stale' || !stats) {
      const { version } = await this.#stats(performanceId);
      return refuse('changed_meanwhile', undefined, { version });
    }
    rooms.note(stats);
    return ok({ ...known, ...stats });
  }

  /** Another rate for a time, on record with the one before: it comes back, whatever happens meanwhile. */
  async lendRate(performanceId: string, ratePerSecond: number, changedBy: string): Promise<void> {
    await this.#changeRate(performanceId, changedBy, (now) => ({
      ratePerSecond,
      rateBefore: now.rateBefore ?? now.ratePerSecond,
    }));
  }

  /** All rates that are lent in the rooms of this process go back. */
  async returnRates(): Promise<void> {
    for (const { performanceId, rateBefore } of await this.#options.line.stats()) {
      if (rateBefore === undefined) continue;
      await this.#changeRate(performanceId, null, ({ rateBefore: ratePerSecond }) =>
        ratePerSecond === undefined ? undefined : { ratePerSecond, rateBefore: undefined },
      );
    }
  }

  /** Decides on the settings as they are, again where somebody else was faster. */
  async #changeRate(
    performanceId: string,
    changedBy: string | null,
    decide: (now: RoomStats) => Partial<RoomSettings> | undefined,
  ): Promise<void> {
    for (;;) {
      const now = await this.#stats(performanceId);
      const change = decide(now);
      if (!change) return;
      const { stats } = await this.#options.batch.submit({
        kind: 'configure',
        performanceId,
        change,
        changedBy,
        seen: [now.version],
      });
      if (stats) return this.#options.rooms.note(stats);
    }
  }

  async #termsFor(performanceId: string, principal: Principal): Promise<SalesTerms | undefined> {
    const terms = await this.#options.rooms.terms(performanceId);
    const mayControl = principal.roles.has('manager') || terms?.sellerId === principal.accountId;
    return mayControl ? terms : undefined;
  }

  async #stats(performanceId: string): Promise<RoomStats> {
    const [stats] = await this.#options.line.stats([performanceId]);
    if (!stats) await this.#options.line.absence({ performanceId });
    return stats ?? this.#options.rooms.stats(performanceId);
  }
}

function peopleIn({ waiting, silent, active }: RoomStats): number {
  return waiting + silent + active;
}

function saleOf({ opensAt, closesAt }: SalesTerms): Pick<SalesTerms, 'opensAt' | 'closesAt'> {
  return { opensAt, closesAt };
}

export function roomView(room: RoomOnSale): RoomView {
  const { performanceId, state, ratePerSecond, concurrency, graceMs, waiting, active, admittedTotal } = room;
  return {
    performanceId,
    state,
    ratePerSecond,
    concurrency,
    graceMs,
    ...(room.rateBefore === undefined ? {} : { rateBefore: room.rateBefore }),
    version: room.version,
    opensAt: new Date(room.opensAt).toISOString(),
    closesAt: new Date(room.closesAt).toISOString(),
    waiting,
    silent: room.silent,
    active,
    admittedTotal,
    currentRate: Math.round(room.currentRate * 100) / 100,
  };
}
