import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { UnavailableFault } from '../../kernel/faults.ts';
import { createSeededRandom } from '../../kernel/random.ts';
import type { Subscription } from '../../platform/live/stomp/subscription.ts';
import type { StompConnection, StompConnectionHooks } from './stomp-connection.ts';
import { RelayLink } from './stomp-link.ts';

/** A connection to a broker that takes everything and says nothing. */
class Connection {
  isOpen = true;
  readonly #hooks: StompConnectionHooks;

  constructor(hooks: StompConnectionHooks) {
    this.#hooks = hooks;
  }

  readonly send = (): void => undefined;
  readonly request = (): Promise<void> => Promise.resolve();
  readonly pause = (): void => undefined;

  hand(subscription: string): void {
    const headers = new Map(Object.entries({ subscription, ack: '1', 'message-id': '1' }));
    this.#hooks.onMessage({ command: 'MESSAGE', headers, body: Buffer.from('x') });
  }

  close(): Promise<void> {
    this.isOpen = false;
    this.#hooks.onClosed('closed');
    return Promise.resolve();
  }
}

const consumer = {
  destination: '/queue/demo.a',
  prefetch: 1,
  hasRoom: true,
  handOut: () => undefined,
} as unknown as Subscription;

function setUp() {
  const clock = createManualClock();
  const broker = { isUp: true, takes: true };
  const news: string[] = [];
  const opened: Connection[] = [];
  const triedAt: number[] = [];
  const startedAt = clock.now();
  const link = new RelayLink({
    clock,
    // The longest wait that it may be.
    random: { ...createSeededRandom(1), below: (n) => n - 1 },
    isUp: () => broker.isUp,
    async open(hooks) {
      triedAt.push(clock.now() - startedAt);
      await Promise.resolve();
      if (!broker.takes) throw new UnavailableFault('rabbitmq', 'away');
      const connection = new Connection(hooks);
      opened.push(connection);
      return connection as unknown as StompConnection;
    },
    onNews: (told) => news.push(told),
    onClosed: () => undefined,
  });
  return { clock, broker, news, opened, triedAt, link };
}

describe('the link of a client to RabbitMQ', { timeout: 10_000 }, () => {
  it('waits longer after each failure in a row, up to a bound, and not for a broker that was away', async () => {
    const { clock, broker, news, opened, triedAt, link } = setUp();
    await link.subscribe(consumer, undefined);
    broker.isUp = false;
    broker.takes = false;
    await opened[0]!.close();
    await clock.advance(60_000);
    assert.deepEqual(triedAt, [0]);
    broker.isUp = true;
    await clock.advance(30_000);
    assert.deepEqual(triedAt, [0, 61_000, 63_000, 67_000, 75_000, 85_000]);
    broker.takes = true;
    await clock.advance(10_000);
    assert.deepEqual(news, ['broker_away', 'broker_back']);
    await opened[1]!.close();
    await clock.advance(1_000);
    assert.equal(opened.length, 3);
    await link.close();
    assert.equal(clock.pending, 0);
  });

  it('outlives a subscription that ends with messages while the broker goes away', async () => {
    const { clock, broker, opened, link } = setUp();
    const stop = await link.subscribe(consumer, undefined);
    opened[0]!.hand('s1');
    broker.isUp = false;
    broker.takes = false;
    stop();
    await clock.advance(5_000);
    broker.isUp = true;
    broker.takes = true;
    await link.subscribe(consumer, undefined);
    assert.equal(opened.length, 2);
    await link.close();
  });
});
