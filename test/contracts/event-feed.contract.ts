import { afterEach, beforeEach, describe, test } from 'node:test';
import { deliveryCases } from './event-feed.delivery.ts';
import { failureCases } from './event-feed.failures.ts';
import { partitionCases } from './event-feed.partitions.ts';
import { EventFeedStage, type EventFeedWorld } from './event-feed.stage.ts';

/** What every event feed promises (src/platform/events/feed.ts). */
export function eventFeedContract(name: string, createWorld: () => Promise<EventFeedWorld>): void {
  describe(`event feed: ${name}`, { timeout: 60_000 }, () => {
    let stage: EventFeedStage;
    beforeEach(async () => {
      stage = new EventFeedStage(await createWorld());
    });
    afterEach(() => stage.close());
    for (const [behaviour, run] of [...deliveryCases, ...failureCases, ...partitionCases])
      test(behaviour, () => run(stage));
  });
}
