import type { Delivery } from './delivery.ts';
import { partitionOf } from './partitions.ts';
import type { FeedLane, FeedPage, PageRequest } from './ports.ts';
import { RecentEvents } from './recent-events.ts';

/** The store behind a feed that may keep less: offsets there are positions. */
export type StoreBehind = Pick<FeedLane, 'readPage'> & {
  /** A position up to which all that was saved is final. */
  end(): Promise<number>;
};

/** How a consumer gets from the store what a lane has lost. */
export type CatchUp = {
  /** The events of the lane's partitions, by their positions. */
  readonly lane: StoreBehind;
  /** Begins at the lowest mark of the lane, and leaves the place in the feed where it is. */
  delivery(delivery: Delivery): Delivery;
};

const BLOCK_EVENTS = 2_000;
const KEPT_EVENTS_MAX = 20_000;

/**
 * By lane, for one consumer. All that a lane saves meanwhile is marks: its place in the feed stays at what is lost, so
 * that whoever takes over catches up from the marks, and a process that is behind is fenced by them. Lanes that catch up
 * together share what they read.
 */
export function createCatchUps(store: StoreBehind, lanes: number): readonly CatchUp[] {
  const readBlock = createBlockReader(store);
  return Array.from({ length: lanes }, (_, lane) => {
    const isOwn = (partition: number) => partition % lanes === lane;
    return {
      lane: {
        end: () => store.end(),
        async readPage(request) {
          const page = await readBlock(request);
          return { ...page, events: page.events.filter((event) => isOwn(partitionOf(event.partitionKey))) };
        },
      },
      delivery: (delivery) => atLostPlace(delivery, isOwn),
    };
  });
}

function atLostPlace(delivery: Delivery, isOwn: (partition: number) => boolean): Delivery {
  let place = 0;
  return {
    ...delivery,
    async load() {
      const standing = await delivery.load();
      place = standing.offset;
      const marks = standing.marks.filter((_mark, partition) => isOwn(partition));
      return { ...standing, offset: Math.min(...marks) };
    },
    deliver: (page) => delivery.deliver({ ...page, end: place }),
    deliverOrPark: (page, tried) => delivery.deliverOrPark({ ...page, end: place }, tried),
    save: () => Promise.resolve('done'),
  };
}

function createBlockReader(store: StoreBehind): (request: PageRequest) => Promise<FeedPage> {
  const kept = new RecentEvents(KEPT_EVENTS_MAX);
  let keptEnd = 0;
  let loading: Promise<void> | undefined;
  const load = async (request: PageRequest) => {
    const page = await store.readPage({ ...request, limit: BLOCK_EVENTS });
    if (page.after !== keptEnd) kept.clear();
    kept.push(page);
    keptEnd = page.end;
  };
  return async (request) => {
    for (;;) {
      const page = kept.read(request.after, request.types, request.limit);
      if (page) return page;
      // One at a time; who finds another stretch than its own asks again.
      await (loading ??= load(request).finally(() => {
        loading = undefined;
      }));
    }
  };
}
