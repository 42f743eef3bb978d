import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { type Follower, follower } from '../../platform/events/event.ts';
import { paymentEvents } from '../payments/index.ts';
import type { AdmissionGate, Visitor } from './gate.ts';
import type { WaitingLine } from './ports.ts';

export type SpendFollowerOptions = {
  readonly spend: AdmissionGate['spend'];
  readonly line: Pick<WaitingLine, 'isElsewhere'>;
  readonly clock: Clock;
  /** A pass of that age has ended by itself. */
  readonly passAgeMaxMs: number;
  readonly onError: (error: unknown) => void;
};

export type SpendFollower = {
  readonly follower: Follower;
  readonly lifecycle: Lifecycle;
  /** Admissions that wait for their room to come to this process. */
  readonly waiting: number;
};

type Owed = { readonly buyer: Visitor; readonly at: number };

const RETRY_MS = 1_000;
/** The oldest goes first at the bound: its pass ends by time, and so does its slot. */
const OWED_MAX = 10_000;

/**
 * Ends admissions whose booking was paid through another process. Every process hears of every payment; the one that
 * keeps the room ends the pass, the others remember it for the case that they take the room over.
 */
export function createSpendFollower(options: SpendFollowerOptions): SpendFollower {
  const { spend, line, clock, passAgeMaxMs, onError } = options;
  const owed = new Map<string, Owed>();
  let cancel: Cancel = () => undefined;

  const owe = (buyer: Visitor, at: number): void => {
    owed.set(`${buyer.performanceId} ${buyer.accountId}`, { buyer, at });
    if (owed.size > OWED_MAX) owed.delete(owed.keys().next().value!);
  };
  const endAdmission = async (buyer: Visitor, at: number): Promise<void> => {
    if (line.isElsewhere(buyer.performanceId)) return owe(buyer, at);
    // A store that is away comes back, and a room that is elsewhere may come here.
    await spend(buyer, at).catch(() => owe(buyer, at));
  };
  const retry = async (): Promise<void> => {
    const due = [...owed].filter(([, { buyer }]) => !line.isElsewhere(buyer.performanceId));
    for (const [key] of due) owed.delete(key);
    const endedBefore = clock.now() - passAgeMaxMs;
    for (const [key, { at }] of owed) if (at < endedBefore) owed.delete(key);
    await Promise.all(due.map(([, { buyer, at }]) => endAdmission(buyer, at)));
  };

  return {
    follower: follower({
      name: 'waiting-room.spends',
      types: [paymentEvents['payment.succeeded']],
      async apply(events) {
        const paid = events.map(({ data: { accountId, performanceId }, occurredAt }) =>
          endAdmission({ accountId, performanceId }, occurredAt),
        );
        await Promise.all(paid);
      },
    }),
    lifecycle: createLifecycle('spends of other processes', {
      start() {
        cancel = every(clock, RETRY_MS, retry, onError, { unref: true });
      },
      stop: () => cancel(),
    }),
    get waiting() {
      return owed.size;
    },
  };
}
