import type { Clock } from '../../../kernel/clock.ts';
import type { Ids } from '../../../kernel/ids.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Hub } from '../hub.ts';
import type { Presence } from '../presence.ts';
import type { StompBroker } from './broker.ts';
import type { Credentials } from './connect.ts';
import type { Destinations } from './destinations.ts';
import type { StompError, StompErrorCode } from './frame.ts';
import type { AppWork } from './handlers.ts';

const CONNECTIONS_PER_ACCOUNT_MAX = 100;

/** What all sessions share. */
export type SessionServices = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hub: Hub;
  readonly broker: StompBroker;
  readonly presence: Presence;
  readonly destinations: Destinations;
  readonly handlers: ReadonlyMap<string, AppWork>;
  readonly credentials: Credentials;
  /** Hears of what is no fault of a client. */
  readonly onError: (error: unknown) => void;
  readonly registry: SessionRegistry;
};

export type EndReason = StompErrorCode | 'left';

export type StompStats = {
  readonly connections: number;
  /** Frames that clients sent. */
  readonly frames: number;
  /** Sessions that ended, by reason. */
  readonly ended: ReadonlyMap<EndReason, number>;
};

type Entry = { readonly principal: Principal | undefined; fail(error: StompError): void };

/** The sessions that are open, and how many each account has. */
export class SessionRegistry {
  readonly #sessions = new Set<Entry>();
  readonly #admitted = new Map<Entry, string>();
  readonly #perAccount = new Map<string, number>();
  readonly #ended = new Map<EndReason, number>();
  #frames = 0;

  add(session: Entry): void {
    this.#sessions.add(session);
  }

  /** @returns false where the account has as many connections as it may */
  admit(session: Entry, { accountId }: Principal): boolean {
    const count = this.#perAccount.get(accountId) ?? 0;
    if (count >= CONNECTIONS_PER_ACCOUNT_MAX) return false;
    this.#perAccount.set(accountId, count + 1);
    this.#admitted.set(session, accountId);
    return true;
  }

  remove(session: Entry, reason: EndReason): void {
    this.#sessions.delete(session);
    this.#ended.set(reason, (this.#ended.get(reason) ?? 0) + 1);
    const accountId = this.#admitted.get(session);
    if (accountId === undefined) return;
    this.#admitted.delete(session);
    const count = (this.#perAccount.get(accountId) ?? 1) - 1;
    if (count > 0) this.#perAccount.set(accountId, count);
    else this.#perAccount.delete(accountId);
  }

  countFrame(): void {
    this.#frames += 1;
  }

  end(error: StompError, whose: (principal: Principal | undefined) => boolean): void {
    for (const session of this.#sessions) if (whose(session.principal)) session.fail(error);
  }

  stats(): StompStats {
    return { connections: this.#sessions.size, frames: this.#frames, ended: this.#ended };
  }
}
