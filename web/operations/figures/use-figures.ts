import { useState } from 'react';
import type { Answer } from '../../shared/api/call.ts';
import type { LiveState } from '../../shared/live/live-stream.ts';
import { useLive } from '../../shared/live/use-live.ts';

export type Figures = NonNullable<Answer<'getFigures'>['latest']>;
export type FigurePoint = Figures['point'];

/** Ten minutes, as the server keeps them. */
const POINTS_MAX = 600;

export type LiveFigures = {
  readonly latest: Figures | undefined;
  /** Oldest first. */
  readonly points: readonly FigurePoint[];
  readonly live: LiveState;
};

/** The figures of the system, once a second; what was missed while the connection was away comes with its return. */
export function useFigures(): LiveFigures {
  const [latest, setLatest] = useState<Figures>();
  const [points, setPoints] = useState<readonly FigurePoint[]>([]);
  const add = (more: readonly FigurePoint[]) =>
    setPoints((known) => {
      const last = known.at(-1)?.at ?? '';
      return [...known, ...more.filter(({ at }) => at > last)].slice(-POINTS_MAX);
    });
  const live = useLive({
    path: '/v1/operations/figures/stream',
    isGuarded: true,
    // The history comes once, at the beginning of a stream.
    isShared: false,
    onEvent({ event, data }) {
      if (event === 'history') add(JSON.parse(data) as FigurePoint[]);
      if (event !== 'figures') return;
      const figures = JSON.parse(data) as Figures;
      setLatest(figures);
      add([figures.point]);
    },
  });
  return { latest, points, live };
}
