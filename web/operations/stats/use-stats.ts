import { useState } from 'react';
import type { Answer } from '../../shared/api/call.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useStomp } from '../../shared/live/use-stomp.ts';

export type Stats = NonNullable<Answer<'getFigures'>['latest']>;
export type StatsPoint = Stats['point'];

/** Ten minutes, as the server keeps them. */
const POINTS_MAX = 600;

export type LiveStats = {
  readonly latest: Stats | undefined;
  /** Oldest first. */
  readonly points: readonly StatsPoint[];
  readonly live: LiveState;
};

/** The stats of the system, once a second; what was missed while the connection was away comes with its return. */
export function useStats(): LiveStats {
  const [latest, setLatest] = useState<Stats>();
  const [points, setPoints] = useState<readonly StatsPoint[]>([]);
  const add = (more: readonly StatsPoint[]) =>
    setPoints((known) => {
      const last = known.at(-1)?.at ?? '';
      return [...known, ...more.filter(({ at }) => at > last)].slice(-POINTS_MAX);
    });
  const live = useStomp({
    destination: '/topic/operations/figures',
    path: '/v1/operations/figures/stream',
    isGuarded: true,
    // The history comes once, at the beginning of a stream.
    isShared: false,
    onEvent({ event, data }) {
      if (event === 'history') add(JSON.parse(data) as StatsPoint[]);
      if (event !== 'figures') return;
      const stats = JSON.parse(data) as Stats;
      setLatest(stats);
      add([stats.point]);
    },
  });
  return { latest, points, live };
}
