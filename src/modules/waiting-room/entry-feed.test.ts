import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestHub, Listener } from '../../../test/support/live.ts';
import type { EntryView } from './contract.ts';
import { EntryFeed } from './entry-feed.ts';
import type { Standing } from './model.ts';

type Sent = { readonly event: string | undefined; readonly id: string };

function watch(lastId?: string, crowd = 1) {
  const hub = createTestHub();
  const topic = hub.open('entry');
  const feed = new EntryFeed({ accountId: 'a', performanceId: 'p' }, { number: 7, topic, nowMs: 0 });
  const listener = new Listener();
  /** Looks as the topics do; the listener begins after the first look. @returns what was sent by this look */
  const look = (
    standing: Partial<Standing>,
    nowMs: number,
    stock: 'sold-out' | 'spoken-for' | 'left' = 'left',
  ): readonly Sent[] => {
    const full: Standing = { number: 7, status: 'waiting', ahead: 0, behind: 0, ...standing };
    const from = listener.messages.length;
    const moment = { isSoldOut: stock === 'sold-out', isSpokenFor: stock === 'spoken-for', nowMs };
    if (feed.isDue(full, moment)) feed.tell(viewOf(full), { ...moment, crowd });
    if (topic.size === 0) topic.subscribe(listener, { after: lastId, whole: (after) => feed.whole(after) });
    return listener.messages.slice(from);
  };
  return {
    look,
    get sent(): readonly Sent[] {
      return listener.messages;
    },
  };
}

function viewOf({ number, status, ahead, behind, passExpiresAt }: Standing): EntryView {
  const place = { entryId: 'e', number, status, ahead, behind };
  const view = { ...place, estimatedWaitMs: null, pollAfterMs: 1_000, graceMs: 60_000 };
  return passExpiresAt === undefined
    ? view
    : { ...view, passExpiresAt: new Date(passExpiresAt).toISOString() };
}

const events = (sent: readonly Sent[]) => sent.map(({ event }) => event);

describe('somebody who listens', () => {
  it('is told where they stand at once, and then what changes', () => {
    const { look } = watch();
    assert.deepEqual(events(look({ ahead: 5 }, 0)), ['position']);
    assert.deepEqual(look({ ahead: 5 }, 1_000), []);
    assert.deepEqual(events(look({ ahead: 4 }, 2_000)), ['position']);
  });

  it('is told again now and then while nothing moves, since the estimate may', () => {
    const { look } = watch();
    look({ ahead: 5 }, 0);
    assert.deepEqual(look({ ahead: 5 }, 9_999), []);
    assert.deepEqual(events(look({ ahead: 5 }, 10_000)), ['position']);
  });

  it('is told less often far back in the line', () => {
    const { look } = watch();
    look({ ahead: 5_000 }, 0);
    assert.deepEqual(look({ ahead: 4_900 }, 4_000), []);
    assert.deepEqual(events(look({ ahead: 4_800 }, 5_000)), ['position']);
  });

  it('is told less often in a large crowd, but for the front of the line', () => {
    const { look } = watch(undefined, 2_000);
    look({ ahead: 1_000 }, 0);
    assert.deepEqual(look({ ahead: 900 }, 3_000), []);
    assert.deepEqual(events(look({ ahead: 250 }, 4_000)), ['position']);
    assert.deepEqual(events(look({ ahead: 100 }, 5_000)), ['position']);
  });

  it('is told of admission without delay, once, and of each renewal', () => {
    const { look } = watch();
    look({ ahead: 5_000 }, 0);
    const admitted = { status: 'admitted', passExpiresAt: 60_000 } as const;
    assert.deepEqual(events(look(admitted, 1)), ['admitted']);
    assert.deepEqual(look(admitted, 50_000), []);
    assert.deepEqual(events(look({ ...admitted, passExpiresAt: 90_000 }, 50_001)), ['admitted']);
  });

  it('is told once that everything is sold, and when it no longer is', () => {
    const { look } = watch();
    look({ ahead: 5_000 }, 0);
    assert.deepEqual(events(look({ ahead: 5_000 }, 100, 'sold-out')), ['sold-out', 'position']);
    assert.deepEqual(look({ ahead: 5_000 }, 200, 'sold-out'), []);
    assert.deepEqual(events(look({ ahead: 5_000 }, 300)), ['position']);
  });

  it('is told at once that what is left is spoken for, and once that it is not, wherever they stand', () => {
    const { look } = watch();
    look({ ahead: 5_000 }, 0);
    assert.deepEqual(events(look({ ahead: 5_000 }, 100, 'spoken-for')), ['position']);
    assert.deepEqual(look({ ahead: 5_000 }, 200, 'spoken-for'), []);
    assert.deepEqual(events(look({ ahead: 5_000 }, 300)), ['position']);
    look({ ahead: 5_000 }, 400, 'spoken-for');
    assert.deepEqual(events(look({ ahead: 5_000 }, 500, 'sold-out')), ['sold-out', 'position']);
  });

  it('who comes back with the id of an event is told nothing that it said', () => {
    const first = watch();
    first.look({ ahead: 5 }, 0, 'sold-out');
    const [soldOut, position] = first.sent as [Sent, Sent];
    assert.deepEqual(watch(position.id).look({ ahead: 5 }, 1, 'sold-out'), []);
    assert.match(soldOut.id, /^[\w-]+\.\d+$/);
    assert.deepEqual(events(watch(soldOut.id).look({ ahead: 5 }, 1, 'sold-out')), ['position']);
    assert.deepEqual(events(watch(position.id).look({ ahead: 4 }, 1, 'sold-out')), ['position']);
    assert.deepEqual(events(watch('nonsense').look({ ahead: 5 }, 1)), ['position']);
  });
});
