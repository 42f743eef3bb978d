import { Fault } from '../../../kernel/faults.ts';
import type { Hub } from '../hub.ts';
import type { LiveMessage } from '../message.ts';
import type { Outbox } from '../outbox.ts';
import type { Presence } from '../presence.ts';
import type { LiveView, ViewerNow } from '../view.ts';
import type { BrokerLink } from './broker.ts';
import type { DestinationMatch, Destinations } from './destinations.ts';
import { type Frame, StompError, type StompVersion } from './frame.ts';
import { type AckMode, Subscription } from './subscription.ts';

const SUBSCRIPTIONS_MAX = 200;
const PREFETCH_DEFAULT = 100;
const PREFETCH_MAX = 1_000;

type SubscriptionsDeps = {
  readonly hub: Hub;
  readonly link: BrokerLink;
  readonly destinations: Destinations;
  readonly presence: Pick<Presence, 'join'>;
  readonly viewer: ViewerNow;
  readonly outbox: Outbox;
  readonly version: () => StompVersion;
  readonly onOverflow: () => void;
};

/** `stop` ends it where it comes from. */
type Entry = { readonly subscription: Subscription; stop: () => void };

/** What one session has subscribed to. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly #byId = new Map<string, Entry>();

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** SUBSCRIBE. @throws StompError */
  add({ headers }: Frame): Promise<void> | undefined {
    const { outbox, onOverflow } = this.#deps;
    const version = this.#deps.version();
    const destination = headers.get('destination');
    const { rule, key } = this.#allowed(destination);
    // 1.0 may leave the id out, and then ends the subscription by its destination.
    const id = headers.get('id') ?? (version === '1.0' ? destination : undefined);
    if (id === undefined || destination === undefined || this.#byId.has(id))
      throw new StompError('subscription_invalid', 'The subscription has no id of its own.');
    if (this.#byId.size >= SUBSCRIPTIONS_MAX)
      throw new StompError(
        'too_many_subscriptions',
        `A session may have ${SUBSCRIPTIONS_MAX} subscriptions.`,
      );
    const after = placeOf(headers.get('resume'));
    const mode = modeOf(headers.get('ack'));
    const prefetch = prefetchOf(headers.get('prefetch-count'));
    const subscription = new Subscription({ id, destination, mode, prefetch, version, outbox, onOverflow });
    const entry: Entry = { subscription, stop: () => undefined };
    this.#byId.set(id, entry);
    if (rule.view) return this.#follow(entry, { view: rule.view, key, after });
    // What a session hears alone is no business of the broker.
    if (rule.subscribe === 'own-session') return undefined;
    return this.#join(entry, after, rule.presence === true);
  }

  #join(entry: Entry, after: string | undefined, isSeen: boolean): Promise<void> | undefined {
    const { link, presence, viewer } = this.#deps;
    const { subscription } = entry;
    const joined = (stop: () => void): void => {
      const disappear = isSeen
        ? presence.join(subscription.destination, viewer()?.accountId ?? '')
        : undefined;
      entry.stop = () => {
        disappear?.();
        stop();
      };
      if (subscription.isEnded) entry.stop();
    };
    const failed = (error: unknown): void => {
      if (error instanceof StompError) this.#byId.delete(subscription.id);
      endBy(error, subscription);
    };
    try {
      const joining = link.subscribe(subscription, after);
      if (joining instanceof Promise) return joining.then(joined, failed);
      joined(joining);
      return undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  /** A view may be refused by itself; the session goes on, with its other subscriptions. */
  async #follow(
    entry: Entry,
    {
      view,
      key,
      after,
    }: { readonly view: LiveView; readonly key: string; readonly after: string | undefined },
  ): Promise<void> {
    const { subscription } = entry;
    try {
      const opened = await view.open(key, this.#deps.viewer, { after });
      if (!opened.ok) return subscription.end({ reason: opened.code, reconnect: false });
      const { topic, isAllowed } = opened.value;
      if (subscription.isEnded) return topic.abandon();
      entry.stop = this.#deps.hub.subscribe(topic, subscription, { ...opened.value, isAllowed });
      // The connection may have been full.
      if (subscription.isEnded) entry.stop();
    } catch (error) {
      endBy(error, subscription);
    }
  }

  #allowed(destination: string | undefined): DestinationMatch {
    if (destination === undefined)
      throw new StompError('destination_missing', 'SUBSCRIBE names no destination.');
    const match = this.#deps.destinations.match(destination);
    if (match === undefined || match.rule.subscribe === 'no')
      throw new StompError('destination_forbidden', 'Nobody may subscribe to this.');
    return match;
  }

  /** UNSUBSCRIBE. @throws StompError */
  remove({ headers }: Frame): void {
    const id = headers.get('id') ?? headers.get('destination') ?? '';
    const entry = this.#byId.get(id);
    if (entry === undefined) throw new StompError('subscription_invalid', 'There is no such subscription.');
    this.#byId.delete(id);
    leave(entry);
  }

  /** ACK or NACK. 1.2 names the delivery by `id`; before it the message is named, and in 1.1 its subscription too. */
  settle({ command, headers }: Frame): void {
    const outcome = command === 'NACK' ? 'back' : 'done';
    const version = this.#deps.version();
    const id = headers.get(version === '1.2' ? 'id' : 'message-id') ?? '';
    const named = version === '1.2' ? id.slice(0, id.lastIndexOf('.')) : headers.get('subscription');
    const candidates = named === undefined ? [...this.#byId.values()] : [this.#byId.get(named)];
    const isSettled = candidates.some((entry) => entry?.subscription.settle(id, outcome));
    if (!isSettled) throw new StompError('ack_unknown', 'There is no such message to acknowledge.');
  }

  /** Hands a message for this session alone to those of its subscriptions that want it. */
  tell(destination: string, message: LiveMessage): void {
    for (const { subscription } of this.#byId.values())
      if (subscription.destination === destination) subscription.deliver(message);
  }

  /** Whether this session has subscribed to a destination. */
  hears(destination: string): boolean {
    for (const { subscription } of this.#byId.values())
      if (subscription.destination === destination) return true;
    return false;
  }

  /** The connection takes more: queues go on. */
  haveRoom(): void {
    for (const { subscription } of this.#byId.values()) subscription.onRoom();
  }

  end(): void {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    for (const entry of all) leave(entry);
  }
}

/** What cannot be followed now ends the subscription, and not the session. */
function endBy(error: unknown, subscription: Subscription): void {
  if (!(error instanceof Fault)) throw error;
  subscription.end({ reason: error.code, reconnect: error.retryable });
}

function leave({ subscription, stop }: Entry): void {
  stop();
  subscription.leave();
}

function modeOf(text = 'auto'): AckMode {
  if (text === 'auto' || text === 'client' || text === 'client-individual') return text;
  throw new StompError('frame_malformed', 'ack is auto, client or client-individual.');
}

function prefetchOf(text: string | undefined): number {
  if (text === undefined) return PREFETCH_DEFAULT;
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new StompError('frame_malformed', 'prefetch-count is a positive number.');
  return Math.min(Number(text), PREFETCH_MAX);
}

/** As the `offset` of a message told it. */
function placeOf(text: string | undefined): string | undefined {
  if (text === undefined || /^[\w-]{1,64}\.\d{1,15}$/.test(text)) return text;
  throw new StompError('resume_invalid', 'resume is no offset of a message.');
}
