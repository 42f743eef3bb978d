import type { Cancel, Clock } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import type { Random } from '../../kernel/random.ts';
import type { BrokerLink, BrokerNews, StompBroker } from '../../platform/live/stomp/broker.ts';
import { StompConnection, type StompRelaySettings } from './stomp-connection.ts';
import { RelayLink } from './stomp-link.ts';

export type StompRelayOptions = StompRelaySettings & {
  readonly clock: Clock;
  readonly random: Random;
  /** Hears when the broker goes away and comes back. */
  readonly onNews: (news: BrokerNews, reason: string) => void;
};

const RETRY_MS = 500;

/**
 * Relays what clients send to one another to the STOMP port of RabbitMQ. One connection of the system tells whether it is
 * there; each client that uses the broker has another one, so that what it sends, acknowledges and commits is its own.
 */
export class StompRelay implements StompBroker {
  readonly lifecycle: Lifecycle;
  readonly #options: StompRelayOptions;
  readonly #links = new Set<RelayLink>();
  #system: StompConnection | undefined;
  #cancelRetry: Cancel = () => undefined;
  #isStopped = false;
  #wasTold = false;

  constructor(options: StompRelayOptions) {
    this.#options = options;
    this.lifecycle = createLifecycle('stomp relay', {
      // A system that cannot reach its broker serves all that does not need it.
      start: () => this.#connect(),
      stop: async () => {
        this.#isStopped = true;
        this.#cancelRetry();
        await Promise.all([...this.#links].flatMap((link) => link.close() ?? []));
        await this.#system?.close();
      },
    });
  }

  get isUp(): boolean {
    return this.#system !== undefined;
  }

  link(onNews: (news: BrokerNews) => void): BrokerLink {
    const { clock, random } = this.#options;
    const link = new RelayLink({
      clock,
      random,
      isUp: () => this.isUp,
      open: (hooks) => StompConnection.open(this.#options, clock, hooks),
      onNews,
      onClosed: () => this.#links.delete(link),
    });
    this.#links.add(link);
    return link;
  }

  async #connect(): Promise<void> {
    try {
      const { clock } = this.#options;
      this.#system = await StompConnection.open(this.#options, clock, {
        onMessage: () => undefined,
        onClosed: (reason) => this.#away(reason),
      });
      if (this.#wasTold) this.#options.onNews('broker_back', '');
      this.#wasTold = false;
      for (const link of this.#links) link.systemIsBack();
    } catch (error) {
      this.#away(String(error));
    }
  }

  #away(reason: string): void {
    this.#system = undefined;
    if (this.#isStopped) return;
    if (!this.#wasTold) this.#options.onNews('broker_away', reason);
    this.#wasTold = true;
    for (const link of this.#links) link.systemIsAway();
    this.#cancelRetry = this.#options.clock.after(RETRY_MS, () => void this.#connect(), { unref: true });
  }
}
