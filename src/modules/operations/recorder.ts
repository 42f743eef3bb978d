import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { FigurePage, FigurePoint, Figures } from './contract.ts';
import { figuresBetween, type TimedReading } from './model.ts';
import type { FigureReader } from './ports.ts';

export type RecorderOptions = {
  readonly reader: FigureReader;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

/** Takes the figures once a second and keeps ten minutes of them, about 100 kB. */
export type Recorder = {
  readonly lifecycle: Lifecycle;
  page(): FigurePage;
  /** What was recorded after a moment, epoch ms. */
  since(at: number): readonly FigurePoint[];
  /** @returns stops the listening */
  listen(listener: (figures: Figures) => void): () => void;
};

const EVERY_MS = 1_000;
const HISTORY_MAX = 600;

export function createRecorder({ reader, clock, onError }: RecorderOptions): Recorder {
  const history: FigurePoint[] = [];
  const listeners = new Set<(figures: Figures) => void>();
  let last: TimedReading | undefined;
  let latest: Figures | null = null;
  let cancel: Cancel = () => undefined;

  const record = async () => {
    const now = { reading: await reader.read(), at: clock.now() };
    const before = last;
    last = now;
    if (!before) return;
    const figures = figuresBetween(before, now);
    latest = figures;
    history.push(figures.point);
    if (history.length > HISTORY_MAX) history.shift();
    for (const listener of listeners) listener(figures);
  };

  return {
    lifecycle: createLifecycle('operations figures', {
      start() {
        cancel = every(clock, EVERY_MS, record, onError, { unref: true });
      },
      stop() {
        cancel();
        last = undefined;
      },
    }),
    page: () => ({ latest, history: [...history] }),
    since: (at) => history.filter((point) => Date.parse(point.at) > at),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
