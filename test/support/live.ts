import { createMemoryFanOut } from '../../src/adapters/memory/fan-out.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { createIds } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { FanOut } from '../../src/platform/live/fan-out.ts';
import { Hub } from '../../src/platform/live/hub.ts';
import type { LiveMessage } from '../../src/platform/live/message.ts';
import type { Ending, LiveSubscriber } from '../../src/platform/live/topic.ts';

/** A hub by itself. Start it where access is to be checked again. */
export function createTestHub({
  clock = systemClock,
  fanOut = createMemoryFanOut(),
}: {
  readonly clock?: Clock;
  readonly fanOut?: FanOut;
} = {}): Hub {
  return new Hub({
    clock,
    ids: createIds(systemClock, systemRandom),
    fanOut,
    onError: (error) => {
      throw error;
    },
  });
}

/** A subscriber that takes everything and remembers it. */
export class Listener implements LiveSubscriber {
  readonly messages: LiveMessage[] = [];
  readonly keys: (string | undefined)[] = [];
  ending: Ending | undefined;
  recovered: boolean | undefined;

  deliver(message: LiveMessage, key?: string): void {
    this.messages.push(message);
    this.keys.push(key);
  }

  end(ending: Ending): void {
    this.ending = ending;
  }

  get events(): readonly (string | undefined)[] {
    return this.messages.map(({ event }) => event);
  }

  get texts(): readonly string[] {
    return this.messages.map(({ body }) => body.toString());
  }
}
