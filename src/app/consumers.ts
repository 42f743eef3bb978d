import { createLifecycle, type Lifecycle } from '../kernel/lifecycle.ts';
import type { EventConsumer } from '../platform/events/event.ts';
import type { EventFeed, Subscription } from '../platform/events/feed.ts';

/** Lets consumers hear the log while the system runs: durable ones from where they stood, followers from now on. */
export function createConsumers(log: EventFeed, consumers: readonly EventConsumer[]): Lifecycle {
  let subscriptions: Subscription[] = [];
  return createLifecycle('consumers', {
    async start() {
      const now = await log.now();
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
