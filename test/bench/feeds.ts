/**
 * `npm run bench -- feeds [--only=kafka,postgres] [--rounds=3] [--save]`: how long events take from the commit that saves them to the
 * commit of a consumer's effect, for each feed, on real brokers that `npm run services` starts and on a PostgreSQL that
 * syncs to disk. Prints what it measured; `--save` keeps it as the baseline.
 *
 * Feeds come in turns, so that what else the machine does meets all of them. Beside each broker stands its control: the
 * same feed with a relay that publishes one event and waits for its confirmation before the next.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'hdr-histogram-js';
import { createEmbeddedPostgres } from '../../src/adapters/embedded-postgres/index.ts';
import type { DomainEvent, EffectTransaction, StoredEvent } from '../../src/platform/events/event.ts';
import type { EventFeed } from '../../src/platform/events/feed.ts';
import { event, THINGS } from '../contracts/event-feed.fixture.ts';
import { BROKERS, Effects, openMemory, openStore, type Place } from '../support/measured-feeds.ts';
import { services, statusOfServices } from '../support/services.ts';

const BASELINE = new URL('../../lab/baselines/feeds.json', import.meta.url);
const BACKLOG = 40_000;
const ONE_BY_ONE_BACKLOG = 4_000;
const SAVED_AT_ONCE = 500;
const RATE = 1_000;
const RATE_SECONDS = 6;
const TICK_MS = 5;
const UNDER_WAY_MAX = 500;
const KEYS = Array.from({ length: 200 }, () => randomUUID());
const TEXT = 'x'.repeat(200);

type Variant = {
  readonly name: string;
  readonly backlog: number;
  /** What has to run for it. */
  readonly service: string | undefined;
  open(seen: Effects): Promise<Place>;
};

type Figures = { readonly eventsPerSecond: number; readonly p50Ms: number; readonly p99Ms: number };

const directory = await mkdtemp(join(tmpdir(), 'firstcome-bench-'));
const silent = { info() {}, warn() {}, error() {} };
const postgres = createEmbeddedPostgres({ dataDir: join(directory, 'data'), role: 'server', logger: silent });
const given = (name: string) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = given('only')?.split(',');
const rounds = Number(given('rounds') ?? 3);
const chosen = variants().filter(({ name }) => !only || only.some((one) => name.startsWith(one)));
const started: string[] = [];
try {
  await postgres.start();
  for (const name of new Set(chosen.flatMap(({ service }) => service ?? []))) {
    if ((await statusOfServices([name]))[0]!.state === 'running') continue;
    started.push(name);
    await services(['start', name]);
  }
  const text = `${JSON.stringify(await measure(), null, 2)}\n`;
  process.stdout.write(text);
  if (process.argv.includes('--save')) await writeFile(BASELINE, text);
} finally {
  if (started.length > 0) await services(['stop', ...started]);
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

async function measure(): Promise<object> {
  const runs = new Map<string, Figures[]>(chosen.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const variant of chosen) {
      const figures = { ...(await measureBacklog(variant)), ...(await measureDelay(variant)) };
      runs.get(variant.name)!.push(figures);
      console.error(`round ${round + 1}, ${variant.name}: ${JSON.stringify(figures)}`);
    }
  }
  const medians = [...runs].map(([name, all]): [string, Figures] => [name, medianOf(all)]);
  const control = new Map(medians.map(([name, { eventsPerSecond }]) => [name, eventsPerSecond]));
  const feeds = medians.map(([name, figures]) => {
    const oneByOne = control.get(oneByOneName(name));
    const ratio =
      oneByOne === undefined ? {} : { timesOneByOne: rounded(figures.eventsPerSecond / oneByOne) };
    return [name, { ...figures, ...ratio }];
  });
  return {
    bench: 'feeds',
    node: process.version,
    cores: availableParallelism(),
    rounds,
    backlog: BACKLOG,
    ratePerSecond: RATE,
    feeds: Object.fromEntries(feeds),
  };
}

/**
 * All events lie in the store when the feed starts: how fast relay, broker and consumer bring them to their effects.
 * It counts from the first effect on, so that connecting and making topics is no part of it.
 */
async function measureBacklog(variant: Variant): Promise<Pick<Figures, 'eventsPerSecond'>> {
  const { backlog } = variant;
  return inPlace(variant, async (place, effects, feed) => {
    for (let serial = 0; serial < backlog; serial += SAVED_AT_ONCE)
      await place.save(Array.from({ length: SAVED_AT_ONCE }, (_, more) => eventOf(serial + more)));
    await feed.start();
    feed.subscribe(consumerOf(place, effects));
    await effects.all(backlog);
    const times = [...effects.at.values()];
    const firstAt = Math.min(...times);
    const later = times.filter((at) => at > firstAt).length;
    return { eventsPerSecond: Math.round((later * 1_000) / (Math.max(...times) - firstAt)) };
  });
}

/** Events come at a rate, whatever becomes of those before, each in a transaction of its own. */
async function measureDelay(variant: Variant): Promise<Pick<Figures, 'p50Ms' | 'p99Ms'>> {
  return inPlace(variant, async (place, effects, feed) => {
    await feed.start();
    feed.subscribe(consumerOf(place, effects));
    const committedAt = new Map<number, number>();
    let underWay = 0;
    const save = async (serial: number) => {
      underWay += 1;
      await place.save([eventOf(serial)]);
      committedAt.set(serial, performance.now());
      underWay -= 1;
      feed.notify();
    };
    const count = RATE * RATE_SECONDS;
    const startedAt = performance.now();
    for (let serial = 0; serial < count; await sleep(TICK_MS)) {
      const due = Math.min(count, Math.ceil(((performance.now() - startedAt) * RATE) / 1_000));
      // A store that falls behind is no part of the delay, which counts from the commit.
      while (serial < due && underWay < UNDER_WAY_MAX) void save(serial++);
    }
    await effects.all(count);
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 600_000_000 });
    // The first second is left out: clients connect, and code is compiled. In microseconds.
    for (const [serial, at] of committedAt)
      if (serial >= RATE)
        histogram.recordValue(Math.max(0, Math.round((effects.at.get(serial)! - at) * 1_000)));
    const msAt = (percentile: number) => rounded(histogram.getValueAtPercentile(percentile) / 1_000);
    return { p50Ms: msAt(50), p99Ms: msAt(99) };
  });
}

async function inPlace<T>(
  variant: Variant,
  run: (place: Place, effects: Effects, feed: EventFeed) => Promise<T>,
): Promise<T> {
  const effects = new Effects();
  const place = await variant.open(effects);
  const feed = place.feed();
  try {
    return await run(place, effects, feed);
  } finally {
    await feed.stop();
    await place.close();
  }
}

function eventOf(serial: number): DomainEvent {
  return event(serial, { partitionKey: KEYS[serial % KEYS.length]!, data: { serial, text: TEXT } });
}

function consumerOf(place: Place, effects: Effects) {
  return {
    kind: 'durable' as const,
    name: 'effects',
    types: [THINGS['thing.happened']],
    async apply(events: readonly StoredEvent[], transaction: EffectTransaction) {
      await place.effect(events, transaction);
      effects.taken(events);
    },
  };
}

function oneByOneName(name: string): string {
  return `${name}, one confirm at a time`;
}

function variants(): readonly Variant[] {
  const beside = Object.entries(BROKERS).flatMap(([service, open]) =>
    [false, true].map((isOneByOne) => ({
      name: isOneByOne ? oneByOneName(service) : service,
      backlog: isOneByOne ? ONE_BY_ONE_BACKLOG : BACKLOG,
      service,
      open: async (effects: Effects) =>
        openStore(postgres.connection(), effects, { isOneByOne, broker: await open() }),
    })),
  );
  const alone = { backlog: BACKLOG, service: undefined };
  return [
    { name: 'memory', ...alone, open: openMemory },
    { name: 'postgres', ...alone, open: (effects) => openStore(postgres.connection(), effects) },
    ...beside,
  ];
}

function medianOf(all: readonly Figures[]): Figures {
  const median = (read: (one: Figures) => number) =>
    all.map(read).toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
  return {
    eventsPerSecond: median(({ eventsPerSecond }) => eventsPerSecond),
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
