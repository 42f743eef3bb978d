import { afterEach, beforeEach, describe, test } from 'node:test';
import { deliveryCases } from './event-log.delivery.ts';
import { failureCases } from './event-log.failures.ts';
import { EventLogStage, type EventLogWorld } from './event-log.stage.ts';

/** What every event log promises (src/platform/events/log.ts). */
export function eventLogContract(name: string, createWorld: () => Promise<EventLogWorld>): void {
  describe(`event log: ${name}`, () => {
    let stage: EventLogStage;
    beforeEach(async () => {
      stage = new EventLogStage(await createWorld());
    });
    afterEach(() => stage.close());
    for (const [behaviour, run] of [...deliveryCases, ...failureCases]) test(behaviour, () => run(stage));
  });
}
