import { type Cancel, type Clock, every } from '../../kernel/clock.ts';
import { isAway } from '../../kernel/faults.ts';
import type { Ids } from '../../kernel/ids.ts';
import { createLifecycle, type Lifecycle } from '../../kernel/lifecycle.ts';
import { ok } from '../../kernel/result.ts';
import type { Hub } from './hub.ts';
import { jsonContent } from './message.ts';
import { stateIdOf } from './polled-topics.ts';
import type { Topic } from './topic.ts';
import type { LiveView } from './view.ts';

export type PresenceOptions = {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly onError: (error: unknown) => void;
};

/** What one process says of those that follow one topic there. */
type Report = { readonly count: number; readonly accounts: readonly string[] };
type ReportMessage = Report & { readonly process: string; readonly topic: string };

/** Carries what processes say to each other; no client may follow it. */
const REPORTS = 'presence';
const TURN_MS = 1_000;
/** Everything is said again so often, and forgotten where it was not said for three times as long. */
const REPEAT_TURNS = 10;
const FORGET_MS = 3 * REPEAT_TURNS * TURN_MS;
const REPORTS_PER_TURN_MAX = 500;
/** Beyond it nobody is counted on further topics. */
const TOPICS_MAX = 10_000;
const NAMED_MAX = 100;
const UNFOLLOWED = { reason: 'unfollowed', reconnect: true } as const;

/**
 * Who follows a topic that clients send to, in all processes: each says once a second what has changed with it, over the
 * fan-out. Who is on a process that died is gone after half a minute.
 */
export class Presence {
  readonly lifecycle: Lifecycle;
  readonly #options: PresenceOptions;
  readonly #process: string;
  /** Subscriptions of each account, by topic. */
  readonly #own = new Map<string, Map<string, number>>();
  readonly #changed = new Set<string>();
  readonly #reports = new Map<string, Map<string, Report & { readonly atMs: number }>>();
  readonly #followed = new Map<string, Topic>();
  #turns = 0;
  #stopHearing: (() => void) | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#process = options.ids.next();
    let cancel: Cancel = () => undefined;
    this.lifecycle = createLifecycle('presence', {
      start: () => {
        // Where the fan-out is away, others say so.
        const onError = (error: unknown): void => {
          if (!isAway(error)) options.onError(error);
        };
        const stopTurns = every(options.clock, TURN_MS, () => this.#turn(), onError, { unref: true });
        cancel = () => {
          stopTurns();
          this.#stopHearing?.();
          this.#stopHearing = undefined;
        };
        return this.#hear().catch(onError);
      },
      stop: () => cancel(),
    });
  }

  /** Where the fan-out is away, the next turn tries again. */
  async #hear(): Promise<void> {
    if (this.#stopHearing) return;
    const topic = await this.#options.hub.follow(REPORTS);
    this.#stopHearing = this.#options.hub.subscribe(topic, {
      deliver: ({ body }) => this.#take(JSON.parse(body.toString()) as ReportMessage),
      end: () => undefined,
    });
  }

  /** @returns ends it */
  join(topic: string, accountId: string): () => void {
    const accounts = this.#own.get(topic) ?? new Map<string, number>();
    if (accounts.size === 0 && this.#own.size >= TOPICS_MAX) return () => undefined;
    this.#own.set(topic, accounts.set(accountId, (accounts.get(accountId) ?? 0) + 1));
    this.#changed.add(topic);
    return () => {
      const left = (accounts.get(accountId) ?? 1) - 1;
      if (left > 0) accounts.set(accountId, left);
      else accounts.delete(accountId);
      if (accounts.size === 0 && this.#own.get(topic) === accounts) this.#own.delete(topic);
      this.#changed.add(topic);
    };
  }

  /** What `destination` shows is who follows the topic `prefix` and what stands for its `*`. */
  view(destination: string, prefix: string): LiveView {
    return {
      destination,
      open: (key, _viewer, from) => Promise.resolve(ok({ topic: this.#follow(prefix + key), ...from })),
    };
  }

  #follow(of: string): Topic {
    const known = this.#followed.get(of);
    if (known) return known;
    const topic = this.#options.hub.open(`${REPORTS} ${of}`);
    this.#followed.set(of, topic);
    topic.onSize = (size) => {
      if (size > 0) return;
      this.#followed.delete(of);
      this.#options.hub.close(topic, UNFOLLOWED);
    };
    this.#show(of, topic);
    return topic;
  }

  /** What is not told now, for want of the fan-out, is told with the next repetition. */
  async #turn(): Promise<void> {
    this.#forget();
    await this.#hear();
    this.#turns += 1;
    if (this.#turns % REPEAT_TURNS === 0) for (const topic of this.#own.keys()) this.#changed.add(topic);
    let left = REPORTS_PER_TURN_MAX;
    for (const topic of this.#changed) {
      if (left-- <= 0) break;
      this.#changed.delete(topic);
      const accounts = this.#own.get(topic);
      const report: ReportMessage = {
        process: this.#process,
        topic,
        count: accounts?.size ?? 0,
        accounts: [...(accounts?.keys() ?? [])].slice(0, NAMED_MAX),
      };
      await this.#options.hub.publish({ topic: REPORTS, body: Buffer.from(JSON.stringify(report)) });
    }
  }

  #take({ process, topic, ...report }: ReportMessage): void {
    const reports = this.#reports.get(topic) ?? new Map<string, Report & { readonly atMs: number }>();
    if (report.count === 0) reports.delete(process);
    else reports.set(process, { ...report, atMs: this.#options.clock.now() });
    if (reports.size === 0) this.#reports.delete(topic);
    else this.#reports.set(topic, reports);
    this.#tell(topic);
  }

  #forget(): void {
    const sinceMs = this.#options.clock.now() - FORGET_MS;
    for (const [topic, reports] of this.#reports) {
      for (const [process, { atMs }] of reports) {
        if (atMs > sinceMs) continue;
        reports.delete(process);
        if (reports.size === 0) this.#reports.delete(topic);
        this.#tell(topic);
      }
    }
  }

  #tell(of: string): void {
    const topic = this.#followed.get(of);
    if (topic) this.#show(of, topic);
  }

  #show(of: string, topic: Topic): void {
    const reports = [...(this.#reports.get(of)?.values() ?? [])];
    const accounts = [...new Set(reports.flatMap((report) => report.accounts))].toSorted();
    const isComplete = reports.every(({ count }) => count <= NAMED_MAX);
    // Somebody who is on two processes is one person, where all are named.
    const count = isComplete ? accounts.length : reports.reduce((sum, report) => sum + report.count, 0);
    const content = jsonContent('present', { count, accounts: accounts.slice(0, NAMED_MAX) });
    const id = stateIdOf(content.body);
    if (topic.lastId !== id) topic.show([{ ...content, id }]);
  }
}
