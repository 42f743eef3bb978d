import type { Result } from '../../../kernel/result.ts';
import type { Principal } from '../../auth/principal.ts';
import type { IdempotencyRef } from '../../idempotency/ports.ts';
import type { Lease } from '../../lease/lease.ts';
import type { AdmittedPass } from '../../operations/operation.ts';

/** A write as it waits: plain data, and nothing that would let anyone act for its sender. */
export type WaitingRequest = {
  readonly id: string;
  readonly account: Principal;
  readonly operationId: string;
  readonly input: unknown;
  readonly pass: AdmittedPass | undefined;
  /** Its own, or one that nobody can send: so effect and answer are one transaction. */
  readonly key: IdempotencyRef;
  readonly requestId: string;
  readonly trace: string | undefined;
};

export type QueueBounds = { readonly lengthMax: number; readonly ttlMs: number };

/** `answered`: its key has a result already; `full`: nothing was kept; `reused`: its key waits for another request. */
export type Queued =
  | { readonly kind: 'queued'; readonly id: string; readonly number: number; readonly ahead: number }
  | { readonly kind: 'answered' }
  | { readonly kind: 'full' }
  | { readonly kind: 'reused' };

/** A request that is replayed now. */
export type TakenRequest = WaitingRequest & {
  readonly number: number;
  /** After so long it is not tried again. Below zero for what an earlier holder had begun. */
  readonly remainingMs: number;
};

export type FoundRequest =
  | { readonly state: 'queued'; readonly number: number; readonly ahead: number }
  | {
      readonly state: 'done';
      readonly number: number;
      readonly operationId: string;
      readonly input: unknown;
      readonly account: Principal;
      readonly requestId: string;
      readonly result: Result<unknown>;
    };

export type EndedRequest = { readonly id: string; readonly result: Result<unknown> };

/**
 * Port: requests that wait. Times are the store's.
 *
 * Invariants:
 * - What was answered `queued` is there after any crash, until it is done; it is done once.
 * - Numbers grow in the order of commits. Requests begin in that order, but that one whose account has an earlier one
 *   open waits for it.
 * - Only who holds the lease takes and ends requests: the fencing number is checked in those statements.
 */
export type RequestStore = {
  /** In the order given; no two of them have one key. */
  add(requests: readonly WaitingRequest[], bounds: QueueBounds): Promise<readonly Queued[]>;
  /** Those of the account that asks; undefined for all others. */
  find(asked: readonly RequestName[]): Promise<readonly (FoundRequest | undefined)[]>;
  /** How many are open. */
  length(): Promise<number>;
  /** Ends those that nobody has begun in time. @returns how many */
  expire(result: Result<unknown>): Promise<number>;
  /** The next that may begin, those among them that an earlier holder had begun and not ended. */
  take(lease: Lease, max: number): Promise<readonly TakenRequest[]>;
  end(lease: Lease, ended: readonly EndedRequest[]): Promise<void>;
  /** Removes answers that were given so long ago. */
  forget(olderThanMs: number): Promise<void>;
};

export type RequestName = { readonly id: string; readonly accountId: string };
