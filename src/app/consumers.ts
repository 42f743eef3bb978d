import { createLifecycle, type Lifecycle } from '../kernel/lifecycle.ts';
import type { EventConsumer } from '../platform/events/event.ts';
import type { EventLog, Subscription } from '../platform/events/log.ts';

/** Lets consumers hear the log while the system runs: durable ones from where they stood, followers from now on. */
export function createConsumers(log: EventLog, consumers: readonly EventConsumer[]): Lifecycle {
  let subscriptions: Subscription[] = [];
  return createLifecycle('consumers', {
    async start() {
      const now = await log.position();
      subscriptions = consumers.map((consumer) =>
        consumer.kind === 'durable' ? log.subscribe(consumer) : log.follow(consumer, now),
      );
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      subscriptions = [];
    },
  });
}
