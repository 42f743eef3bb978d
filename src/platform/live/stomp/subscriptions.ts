import type { MemoryBroker } from './broker.ts';
import type { Destinations } from './destinations.ts';
import { type Frame, StompError, type StompVersion } from './frame.ts';
import type { Message } from './message.ts';
import type { Outbox } from './outbox.ts';
import { type AckMode, Subscription } from './subscription.ts';
import { type Place, readPlace } from './topic.ts';

const SUBSCRIPTIONS_MAX = 200;
const PREFETCH_DEFAULT = 100;
const PREFETCH_MAX = 1_000;

type SubscriptionsDeps = {
  readonly broker: MemoryBroker;
  readonly destinations: Destinations;
  readonly outbox: Outbox;
  readonly version: () => StompVersion;
  readonly onOverflow: () => void;
};

/** What one session has subscribed to. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly #byId = new Map<string, Subscription>();

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** SUBSCRIBE. @throws StompError */
  add({ headers }: Frame): void {
    const { broker, outbox, onOverflow } = this.#deps;
    const version = this.#deps.version();
    const destination = this.#allowed(headers.get('destination'));
    // 1.0 may leave the id out, and then ends the subscription by its destination.
    const id = headers.get('id') ?? (version === '1.0' ? destination : undefined);
    if (id === undefined || this.#byId.has(id))
      throw new StompError('subscription_invalid', 'The subscription has no id of its own.');
    if (this.#byId.size >= SUBSCRIPTIONS_MAX)
      throw new StompError(
        'too_many_subscriptions',
        `A session may have ${SUBSCRIPTIONS_MAX} subscriptions.`,
      );
    const place = placeOf(headers.get('resume'));
    const mode = modeOf(headers.get('ack'));
    const prefetch = prefetchOf(headers.get('prefetch-count'));
    const subscription = new Subscription({ id, destination, mode, prefetch, version, outbox, onOverflow });
    this.#byId.set(id, subscription);
    if (!isOwn(destination)) broker.subscribe(subscription, place);
  }

  #allowed(destination: string | undefined): string {
    if (destination === undefined)
      throw new StompError('destination_missing', 'SUBSCRIBE names no destination.');
    const rule = this.#deps.destinations.ruleFor(destination);
    if (rule === undefined || rule.subscribe === 'no')
      throw new StompError('destination_forbidden', 'Nobody may subscribe to this.');
    return destination;
  }

  /** UNSUBSCRIBE. @throws StompError */
  remove({ headers }: Frame): void {
    const id = headers.get('id') ?? headers.get('destination') ?? '';
    const subscription = this.#byId.get(id);
    if (subscription === undefined)
      throw new StompError('subscription_invalid', 'There is no such subscription.');
    this.#byId.delete(id);
    this.#leave(subscription);
  }

  /** ACK or NACK. 1.2 names the delivery by `id`; before it the message is named, and in 1.1 its subscription too. */
  settle({ command, headers }: Frame): void {
    const outcome = command === 'NACK' ? 'back' : 'done';
    const version = this.#deps.version();
    const id = headers.get(version === '1.2' ? 'id' : 'message-id') ?? '';
    const named = version === '1.2' ? id.slice(0, id.lastIndexOf('.')) : headers.get('subscription');
    const candidates = named === undefined ? [...this.#byId.values()] : [this.#byId.get(named)];
    const isSettled = candidates.some((subscription) => subscription?.settle(id, outcome));
    if (!isSettled) throw new StompError('ack_unknown', 'There is no such message to acknowledge.');
  }

  /** Hands a message for this session alone to those of its subscriptions that want it. */
  tell(message: Message): void {
    for (const subscription of this.#byId.values())
      if (subscription.destination === message.destination) subscription.deliver(message);
  }

  /** The connection takes more: queues go on. */
  haveRoom(): void {
    for (const subscription of this.#byId.values()) subscription.onRoom();
  }

  end(): void {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    for (const subscription of all) this.#leave(subscription);
  }

  #leave(subscription: Subscription): void {
    if (isOwn(subscription.destination)) subscription.end();
    else this.#deps.broker.unsubscribe(subscription);
  }
}

/** What a session hears alone is no business of the broker. */
function isOwn(destination: string): boolean {
  return destination.startsWith('/user/');
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

function placeOf(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const place = readPlace(text);
  if (place === undefined) throw new StompError('resume_invalid', 'resume is no offset of a message.');
  return place;
}
