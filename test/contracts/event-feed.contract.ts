import { afterEach, beforeEach, describe, test } from 'node:test';
import { catchUpCases } from './event-feed.catch-up.ts';
import { deliveryCases } from './event-feed.delivery.ts';
import { failureCases } from './event-feed.failures.ts';
import { EventFeedFixture, type EventFeedWorld } from './event-feed.fixture.ts';
import { partitionCases } from './event-feed.partitions.ts';
import { poisonCases } from './event-feed.poison.ts';

const CASES = [...deliveryCases, ...failureCases, ...poisonCases, ...partitionCases, ...catchUpCases];

/** What every event feed promises (src/platform/events/feed.ts). */
export function eventFeedContract(name: string, createWorld: () => Promise<EventFeedWorld>): void {
  describe(`event feed: ${name}`, { timeout: 300_000 }, () => {
    let fixture: EventFeedFixture;
    beforeEach(async () => {
      fixture = new EventFeedFixture(await createWorld());
    });
    afterEach(() => fixture.close());
    for (const [behaviour, run] of CASES) test(behaviour, { timeout: 60_000 }, () => run(fixture));
  });
}
