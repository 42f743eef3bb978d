import { Fault, UnavailableFault } from '../../src/kernel/faults.ts';
import type { RoomSettings } from '../../src/modules/waiting-room/model.ts';
import type {
  EndedStatus,
  EntryChunk,
  EntryUpdate,
  LineChange,
  RoomChange,
  RoomLease,
  RoomStep,
  RoomStores,
  StoredRoom,
} from '../../src/modules/waiting-room/ports.ts';

/** A room as rows, like the tables of PostgreSQL. */
export type StoredEntry = {
  number: number;
  accountId: string;
  joinedAt: number;
  status: number;
  admittedAt?: number;
  passExpiresAt?: number;
  pickedUpAt?: number;
  endedAt?: number;
};
export type StoredSetting = { at: number; value: RoomSettings; version: number; changedBy: string | null };
export type StoredMiss = { number: number; admittedAt: number; givenUpAt: number };
export type StoredAbsence = { number: number; from: number; until?: number };
export type RoomRows = {
  settings: StoredSetting[];
  entries: StoredEntry[];
  absences: StoredAbsence[];
  missed: StoredMiss[];
  spent: Map<string, number>;
  retired: boolean;
};

/** Where the next commit fails, and how: before or after it took effect, with the connection lost or not. */
export type StoreFailure = 'before' | 'after' | 'refused';

export type MemoryRoomStore = RoomStores & {
  readonly rooms: Map<string, RoomRows>;
  readonly results: LineChange['results'][number][];
  commits: number;
  failNext(failure: StoreFailure): void;
  /** Takes back failures that no commit has run into. */
  clearFailures(): void;
  /** Runs once, while a step is on its way. */
  duringNextCommit: (() => void) | undefined;
  /** While true nothing can be reached. */
  away: boolean;
};

/** Keeps rows as long as the object lives: a line that is started on it again has restarted. */
export function createMemoryRoomStore(): MemoryRoomStore {
  const failures: StoreFailure[] = [];
  let held: { readonly lease: RoomLease; readonly onLost: (error: unknown) => void } | undefined;
  const lose = (): UnavailableFault => {
    const error = new UnavailableFault('store', 'the store is away');
    held?.onLost(error);
    held = undefined;
    return error;
  };
  const commit = async (change: RoomStep & Partial<Pick<LineChange, 'results'>>): Promise<void> => {
    if (!held || store.away) throw lose();
    await Promise.resolve();
    store.duringNextCommit?.();
    store.duringNextCommit = undefined;
    const failure = failures.shift();
    if (failure === 'refused') throw new Fault('refused', 'rolled back');
    if (failure === 'before') throw lose();
    apply(store, { results: [], ...change });
    if (failure === 'after') throw lose();
  };
  const rowsOf = (performanceId: string): RoomRows => store.rooms.get(performanceId)!;
  const store: MemoryRoomStore = {
    rooms: new Map(),
    results: [],
    commits: 0,
    duringNextCommit: undefined,
    away: false,
    failNext: (failure) => void failures.push(failure),
    clearFailures: () => void failures.splice(0),
    numbers: { commit },
    admissions: {
      async acquire() {
        if (store.away) throw new UnavailableFault('store', 'the store is away');
        const { promise: lost, resolve: onLost } = Promise.withResolvers<unknown>();
        held ??= { lease: { lost }, onLost };
        return held.lease;
      },
      async release() {
        held = undefined;
      },
      async takeFree() {
        return { taken: [], elsewhere: [] };
      },
      async take(ids) {
        return { taken: ids.filter((id) => store.rooms.has(id)), elsewhere: [] };
      },
      commit,
      async retire(ids) {
        for (const id of ids) rowsOf(id).retired = true;
      },
    },
    looks: looksAt(() => store.rooms),
  };
  return store;
}

function looksAt(rooms: () => ReadonlyMap<string, RoomRows>): MemoryRoomStore['looks'] {
  const rowsOf = (performanceId: string): RoomRows => rooms().get(performanceId)!;
  return {
    async list() {
      const ids = (retired: boolean) =>
        [...rooms()].filter(([, rows]) => rows.retired === retired).map(([id]) => id);
      return { atWork: ids(false), retired: ids(true) };
    },
    async room(performanceId) {
      const rows = rooms().get(performanceId);
      return rows && headerOf(performanceId, rows);
    },
    async waiting(performanceId, { after, upTo }) {
      const { entries } = rowsOf(performanceId);
      return chunkOf(entries.slice(after, upTo).filter((entry) => entry.status === 0));
    },
    async admitted(performanceId) {
      return chunkOf(rowsOf(performanceId).entries.filter((entry) => entry.status === 1));
    },
    async ended(performanceId, { after, most }) {
      const { entries } = rowsOf(performanceId);
      const ended = entries
        .slice(after)
        .filter((entry) => entry.status > 1)
        .toSorted((one, other) => one.endedAt! - other.endedAt!)
        .slice(-most);
      const statuses = ended.map(({ status }) => status as EndedStatus);
      return { accounts: chunkOf(ended).accounts, statuses };
    },
  };
}

function apply(store: MemoryRoomStore, change: LineChange): void {
  store.commits++;
  for (const room of change.rooms) {
    const rows = store.rooms.get(room.performanceId) ?? newRows();
    store.rooms.set(room.performanceId, rows);
    if (room.settings) rows.settings.push({ ...room.settings });
    if (room.revived) rows.retired = false;
    applyEntries(rows, room, change.at);
    for (const miss of room.missed ?? []) rows.missed.push({ ...miss, givenUpAt: change.at });
    for (const number of room.passedOver ?? []) rows.absences.push({ number, from: change.at });
    for (const absence of rows.absences) {
      if (room.returned?.includes(absence.number)) absence.until ??= change.at;
    }
    for (const { accountId, at } of room.spent ?? []) rows.spent.set(accountId, at);
  }
  store.results.push(...change.results);
}

function newRows(): RoomRows {
  return { settings: [], entries: [], absences: [], missed: [], spent: new Map(), retired: false };
}

function applyEntries(rows: RoomRows, room: RoomChange, at: number): void {
  room.joins?.accountIds.forEach((accountId, offset) => {
    const number = room.joins!.firstNumber + offset;
    if (rows.entries.length !== number - 1) throw new Fault('room_line_diverged', `number ${number} again`);
    rows.entries.push({ number, accountId, joinedAt: at, status: 0 });
  });
  for (const update of room.updates ?? []) applyUpdate(rows, update);
}

function applyUpdate(rows: RoomRows, update: EntryUpdate): void {
  const entry = rows.entries[update.number - 1];
  if (!entry || entry.status > 1)
    throw new Fault('room_line_diverged', `number ${update.number} is not live`);
  if (update.status === 0) {
    delete entry.admittedAt;
    delete entry.passExpiresAt;
    delete entry.pickedUpAt;
  }
  Object.assign(entry, update);
}

function headerOf(performanceId: string, rows: RoomRows): StoredRoom {
  const admissions = new Map<number, number>();
  const times = [...rows.entries, ...rows.missed]
    .flatMap((entry) => entry.admittedAt ?? [])
    .toSorted((a, b) => a - b);
  for (const at of times) {
    if (at >= times.at(-1)! - 1_000) admissions.set(at, (admissions.get(at) ?? 0) + 1);
  }
  const all = rows.entries.flatMap((entry) => [entry.joinedAt, entry.admittedAt ?? 0, entry.endedAt ?? 0]);
  const setting = rows.settings.at(-1)!;
  return {
    performanceId,
    settings: setting.value,
    version: setting.version,
    changedAt: setting.at,
    settledTo: 0,
    lastNumber: rows.entries.length,
    admittedTotal: times.length,
    lastAdmissions: [...admissions].map(([at, count]) => ({ at, count })),
    lastAt: [...all, ...rows.missed.map(({ givenUpAt }) => givenUpAt)].reduce(
      (latest, at) => Math.max(latest, at),
      0,
    ),
    passedOver: rows.absences
      .filter((absence) => absence.until === undefined && rows.entries[absence.number - 1]!.status === 0)
      .map((absence) => absence.number),
    spent: [...rows.spent].map(([accountId, at]) => ({ accountId, at })),
  };
}

function chunkOf(entries: readonly StoredEntry[]): EntryChunk {
  const words = entries.flatMap((entry) => {
    const bytes = Buffer.from(entry.accountId.replaceAll('-', ''), 'hex');
    return [0, 4, 8, 12].map((at) => bytes.readUInt32BE(at));
  });
  return {
    count: entries.length,
    numbers: Uint32Array.from(entries, (entry) => entry.number),
    accounts: Uint32Array.from(words),
    admittedAt: entries.map((entry) => entry.admittedAt ?? 0),
    passExpiresAt: entries.map((entry) => entry.passExpiresAt ?? 0),
    isPickedUp: entries.map((entry) => entry.pickedUpAt !== undefined),
  };
}
