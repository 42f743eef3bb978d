import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { AccountEnding, SessionEnding } from './ports.ts';

export type EndingListener = {
  readonly sessionEnded: (sessionId: string) => void;
  readonly accountTokensEnded: (accountId: string) => void;
};

/**
 * Access tokens that ended before their time: those of a session that was logged out, and those issued to
 * an account before a role was taken from it.
 *
 * An ending is kept for as long as the longest access token lives; after that there is none left that it
 * could concern. At the bound the one reported first goes, whose tokens have the least time left.
 */
export class TokenEndings {
  readonly #sessions: BoundedMap<string, true>;
  readonly #accounts: BoundedMap<string, number>;
  readonly #keptMs: number;
  readonly #listeners: EndingListener[] = [];

  constructor(options: { readonly clock: Clock; readonly keptMs: number; readonly maxEntries: number }) {
    this.#keptMs = options.keptMs;
    this.#sessions = new BoundedMap(options);
    this.#accounts = new BoundedMap(options);
  }

  /** Hears of each ending once, for connections that live on without asking again. */
  onEnding(listener: EndingListener): void {
    this.#listeners.push(listener);
  }

  endSession(ending: SessionEnding): void {
    const isNew = !this.#sessions.has(ending.sessionId);
    this.#sessions.set(ending.sessionId, true, ending.at + this.#keptMs);
    if (isNew) for (const { sessionEnded } of this.#listeners) sessionEnded(ending.sessionId);
  }

  endAccountTokens(ending: AccountEnding): void {
    const known = this.#accounts.get(ending.accountId) ?? 0;
    if (known >= ending.at) return;
    this.#accounts.set(ending.accountId, ending.at, ending.at + this.#keptMs);
    for (const { accountTokensEnded } of this.#listeners) accountTokensEnded(ending.accountId);
  }

  hasSessionEnded(sessionId: string): boolean {
    return this.#sessions.size > 0 && this.#sessions.has(sessionId);
  }

  /** Whether tokens that were issued at `issuedAt` have ended for this account. */
  hasTokenEnded(accountId: string, issuedAt: number): boolean {
    if (this.#accounts.size === 0) return false;
    const at = this.#accounts.get(accountId);
    return at !== undefined && issuedAt <= at;
  }
}
