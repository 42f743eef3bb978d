import { createHash } from 'node:crypto';
import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import type { Hub } from './hub.ts';
import { jsonContent } from './message.ts';
import type { Ending, Topic } from './topic.ts';

export type PolledTopicsOptions = {
  readonly hub: Hub;
  readonly clock: Clock;
  /** The name of the event; its data is what was read, whole each time. */
  readonly event: string;
  /** How often it is read while somebody follows. */
  readonly everyMs: number;
  /** With what everybody's following ends once this was read and told; undefined: it goes on. */
  readonly endOf?: (read: unknown) => Ending | undefined;
};

const UNAVAILABLE: Ending = { reason: 'unavailable', reconnect: true };
const UNFOLLOWED: Ending = { reason: 'unfollowed', reconnect: true };

/**
 * States that are read now and then, once for all who follow the same, and told where they changed. An id names what
 * was told by its content, so that who comes back is told nothing that it has already, by whichever process.
 */
export class PolledTopics {
  readonly #options: PolledTopicsOptions;
  readonly #topics = new Map<string, Promise<Topic>>();

  constructor(options: PolledTopicsOptions) {
    this.#options = options;
  }

  /** Rejects where it cannot be read. */
  open(name: string, read: () => unknown): Promise<Topic> {
    const known = this.#topics.get(name);
    if (known) return known;
    const opening = this.#open(name, read);
    this.#topics.set(name, opening);
    opening.catch(() => this.#topics.delete(name));
    return opening;
  }

  async #open(name: string, read: () => unknown): Promise<Topic> {
    const { hub, clock, event, everyMs, endOf } = this.#options;
    let ending: Ending | undefined;
    const look = async () => {
      const state = await read();
      ending = endOf?.(state);
      const content = jsonContent(event, state);
      return { ...content, id: stateIdOf(content.body) };
    };
    const first = await look();
    const topic = hub.open(name);
    topic.show([first]);
    let cancel: Cancel = () => undefined;
    const close = (how: Ending): void => {
      cancel();
      this.#topics.delete(name);
      hub.close(topic, how);
    };
    const tell = async (): Promise<void> => {
      if (ending) return close(ending);
      if (topic.size === 0) return close(UNFOLLOWED);
      const content = await look();
      if (content.id !== topic.lastId) topic.show([content]);
    };
    // Who follows is let go, and comes back by itself.
    cancel = every(clock, everyMs, tell, () => close(UNAVAILABLE), { unref: true });
    return topic;
  }
}

/** Names a state by its content, the same in every process. */
export function stateIdOf(body: Buffer): string {
  return `state.${createHash('sha256').update(body).digest().readUIntBE(0, 6)}`;
}
