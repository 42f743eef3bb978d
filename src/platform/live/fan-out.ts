import type { LiveContent } from './message.ts';

export type FanOutMessage = Omit<LiveContent, 'id' | 'version'> & { readonly topic: string };

/**
 * Port: carries what clients publish to the hubs of all instances, in one order for each topic. What every instance
 * makes by itself out of the event store, such as a seat map, does not pass through here.
 */
export type FanOut = {
  /** Called by each hub once, before anything is published. */
  receive(take: (message: FanOutMessage) => void): void;
  /** Hands a message to every hub, that of the sender included. */
  publish(message: FanOutMessage): void;
};
