/** How requests of one kind went together since the process began. */
export type BatchTotals = {
  readonly batches: number;
  readonly requests: number;
  /** How long the oldest request of each batch waited, added up. */
  readonly waitMs: number;
  /** How long the batches took, added up. */
  readonly runMs: number;
};

/** A room at work and the seats behind it; seats are null where they are not known yet. */
export type RoomReading = {
  readonly performanceId: string;
  readonly waiting: number;
  readonly active: number;
  readonly admittedTotal: number;
  readonly free: number | null;
  readonly held: number | null;
  readonly sold: number | null;
};

export type ConsumerReading = {
  readonly name: string;
  readonly kind: 'durable' | 'follower';
  readonly position: number;
  readonly lag: number;
  /** How often in a row its batch has failed. */
  readonly attempts: number;
  readonly lastError: string | null;
};

/** What this process has counted since it began, and how things stand now. */
export type Reading = {
  readonly holds: {
    readonly undecided: number;
    readonly outcomes: Readonly<Record<string, number>>;
    readonly expired: number;
  };
  readonly payments: Readonly<Record<string, number>>;
  /** By what goes together: holds, payments, room, … */
  readonly batches: Readonly<Record<string, BatchTotals>>;
  readonly admissions: number;
  readonly roomWritesQueued: number;
  /** The largest ones. */
  readonly rooms: readonly RoomReading[];
  /** Of all performances. */
  readonly seats: { readonly held: number; readonly sold: number };
  readonly log: {
    readonly position: number;
    /** Read so far; several may have one position. */
    readonly events: number;
    readonly consumers: readonly ConsumerReading[];
  };
};

/** An act of those who run the system, as its event tells of it. */
export type AuditRecord = {
  readonly position: number;
  readonly action:
    | 'roles.changed'
    | 'room.changed'
    | 'points.credited'
    | 'check-in.undone'
    | 'performance.cancelled'
    | 'performance.postponed'
    | 'dead-letters.redriven'
    | 'dead-letters.discarded';
  /** The account, the performance, the ticket, the redrive or the discard. */
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Port. */
export type AuditLog = {
  /** Newest first, those before a position. */
  list(page: { readonly before: number; readonly limit: number }): Promise<readonly AuditRecord[]>;
};

/** Port: where the stats come from. */
export type StatsReader = { read(): Promise<Reading> };
