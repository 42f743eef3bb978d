import { SECONDS } from '../platform/observability/histogram.ts';
import type { Metrics, SetSeries } from '../platform/observability/metrics.ts';

/** Rooms with a series of their own: those in which most people wait. */
const ROOMS_SHOWN_MAX = 100;

type Room = {
  readonly performanceId: string;
  readonly waiting: number;
  readonly silent: number;
  readonly active: number;
  readonly admittedTotal: number;
};

const ROOM_FIGURES = [
  {
    name: 'firstcome_room_waiting',
    help: 'People who wait and are there.',
    of: (room: Room) => room.waiting,
  },
  {
    name: 'firstcome_room_silent',
    help: 'People passed over, who may come back.',
    of: (room: Room) => room.silent,
  },
  { name: 'firstcome_room_active', help: 'Passes in use.', of: (room: Room) => room.active },
] as const;

/** The rooms at work, all together and the largest one by one, so that a thousand rooms cost no thousand series. */
export function measureRooms(
  metrics: Metrics,
  state: () => { readonly rooms: readonly Room[]; readonly queued: number },
): void {
  metrics.gauge({ name: 'firstcome_rooms', help: 'Rooms at work.' }, (set) => set(state().rooms.length));
  metrics.gauge({ name: 'firstcome_rooms_writes_queued', help: 'Joins and other writes that wait.' }, (set) =>
    set(state().queued),
  );
  const perRoom = (set: SetSeries, of: (room: Room) => number) => {
    for (const room of largest(state().rooms)) set(of(room), { performance: room.performanceId });
  };
  for (const { name, help, of } of ROOM_FIGURES) {
    metrics.gauge({ name, help: `${help} The largest rooms.` }, (set) => perRoom(set, of));
    metrics.gauge({ name: name.replace('_room_', '_rooms_'), help: `${help} All rooms.` }, (set) =>
      set(state().rooms.reduce((sum, room) => sum + of(room), 0)),
    );
  }
  metrics.counter(
    {
      name: 'firstcome_room_admitted_total',
      help: 'Admissions of a room, in all its time. The largest rooms.',
    },
    (set) => perRoom(set, (room) => room.admittedTotal),
  );
}

/** @returns where to say what a step of admission did, in all rooms */
export function measureAdmission(
  metrics: Metrics,
): (step: { readonly admitted: number; readonly ms: number }) => void {
  const admissions = metrics.counters({
    name: 'firstcome_admissions_total',
    help: 'People let in by this process.',
  })();
  const steps = metrics.histograms({
    name: 'firstcome_admission_step_seconds',
    help: 'How long a step of admission took, for all rooms at once.',
    bounds: SECONDS,
  })();
  return ({ admitted, ms }) => {
    admissions.value += admitted;
    steps.observe(ms / 1_000);
  };
}

function largest(rooms: readonly Room[]): readonly Room[] {
  if (rooms.length <= ROOMS_SHOWN_MAX) return rooms;
  return rooms.toSorted((a, b) => b.waiting - a.waiting).slice(0, ROOMS_SHOWN_MAX);
}
