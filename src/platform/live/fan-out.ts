import type { LiveContent } from './message.ts';

export type FanOutMessage = Omit<LiveContent, 'id' | 'version'> & { readonly topic: string };

/** What a hub is told. */
export type FanOutEvents = {
  /** A message of a topic; `id` is the same in every instance where the topic is numbered for all. */
  message(message: FanOutMessage & Pick<LiveContent, 'id'>): void;
  /** What comes next on a topic follows the message of this id. `isGap`: some of what was told since is lost. */
  begin(topic: string, id: string, isGap: boolean): void;
};

/**
 * Port: carries what clients publish to the hubs of all instances, in one order for each topic. What every instance
 * makes by itself out of the event store, such as a seat map, does not pass through here.
 */
export type FanOut = {
  /** Called by each hub once, before anything is published. */
  receive(events: FanOutEvents): void;
  /**
   * Hands a message to every hub that follows its topic, that of the sender included. Nothing to wait for, or a promise
   * that settles once it is on its way. @throws OverloadedFault at the bound of what waits; the promise rejects with
   * UnavailableFault where it did not leave in time
   */
  publish(message: FanOutMessage): Promise<void> | undefined;
  /** From now on, or when it settles, every message of a topic is received. @throws UnavailableFault */
  follow(topic: string): Promise<void> | undefined;
  /** Nobody follows here any more. */
  unfollow(topic: string): void;
};
