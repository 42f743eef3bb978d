import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { jsonContent, type LiveContent } from '../../platform/live/message.ts';
import type { Topic } from '../../platform/live/topic.ts';
import type { Stats, StatsPage, StatsPoint } from './contract.ts';
import { statsBetween, type TimedReading } from './model.ts';
import type { StatsReader } from './ports.ts';

export type RecorderOptions = {
  readonly reader: StatsReader;
  /** Where the stats are told once a second. */
  readonly topic: Topic;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

/** Takes the stats once a second and keeps ten minutes of them, about 100 kB. */
export type Recorder = {
  readonly lifecycle: Lifecycle;
  page(): StatsPage;
  readonly topic: Topic;
  /** What to tell who begins, or comes back with the id of stats: the points since, then the stats. */
  whole(after: string | undefined): readonly LiveContent[];
};

const EVERY_MS = 1_000;
const HISTORY_MAX = 600;

export function createRecorder({ reader, topic, clock, onError }: RecorderOptions): Recorder {
  const history: StatsPoint[] = [];
  let last: TimedReading | undefined;
  let latest: Stats | null = null;
  let cancel: Cancel = () => undefined;

  const record = async () => {
    const now = { reading: await reader.read(), at: clock.now() };
    const before = last;
    last = now;
    if (!before) return;
    const stats = statsBetween(before, now);
    latest = stats;
    history.push(stats.point);
    if (history.length > HISTORY_MAX) history.shift();
    topic.show([tell(stats)]);
  };

  return {
    lifecycle: createLifecycle('monitoring', {
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

/** The moment of the stats, epoch ms, is their id: it means the same to the next process. */
const EPOCH = 'figures';

function tell(stats: Stats): LiveContent & { readonly id: string } {
  return { ...jsonContent('figures', stats), id: `${EPOCH}.${Date.parse(stats.point.at)}` };
}

function momentOf(id = ''): number {
  const moment = id.startsWith(`${EPOCH}.`) ? Number(id.slice(EPOCH.length + 1)) : 0;
  return Number.isSafeInteger(moment) ? moment : 0;
}
