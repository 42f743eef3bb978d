import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { jsonContent, type LiveContent } from '../../platform/live/message.ts';
import type { Topic } from '../../platform/live/topic.ts';
import type { FigurePage, FigurePoint, Figures } from './contract.ts';
import { figuresBetween, type TimedReading } from './model.ts';
import type { FigureReader } from './ports.ts';

export type RecorderOptions = {
  readonly reader: FigureReader;
  /** Where the figures are told once a second. */
  readonly topic: Topic;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

/** Takes the figures once a second and keeps ten minutes of them, about 100 kB. */
export type Recorder = {
  readonly lifecycle: Lifecycle;
  page(): FigurePage;
  readonly topic: Topic;
  /** What to tell who begins, or comes back with the id of figures: the points since, then the figures. */
  whole(after: string | undefined): readonly LiveContent[];
};

const EVERY_MS = 1_000;
const HISTORY_MAX = 600;

export function createRecorder({ reader, topic, clock, onError }: RecorderOptions): Recorder {
  const history: FigurePoint[] = [];
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
    topic.show([tell(figures)]);
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
    topic,
    whole(after) {
      const seen = momentOf(after);
      const points = history.filter((point) => Date.parse(point.at) > seen);
      return [jsonContent('history', points), ...(latest ? [tell(latest)] : [])];
    },
  };
}

/** The moment of the figures, epoch ms, is their id: it means the same to the next process. */
const EPOCH = 'figures';

function tell(figures: Figures): LiveContent & { readonly id: string } {
  return { ...jsonContent('figures', figures), id: `${EPOCH}.${Date.parse(figures.point.at)}` };
}

function momentOf(id = ''): number {
  const moment = id.startsWith(`${EPOCH}.`) ? Number(id.slice(EPOCH.length + 1)) : 0;
  return Number.isSafeInteger(moment) ? moment : 0;
}
