import type { Clock } from '../../kernel/clock.ts';
import { etagOf } from '../../platform/http/conditional.ts';
import { createEncodedBody, type EncodedBody } from '../../platform/http/encoded-body.ts';
import { frameEvent } from '../../platform/http/event-stream.ts';
import type { Availability, GradeCounts, PlanSeats, SeatStatus } from '../catalogue/index.ts';
import { planUrl, streamUrl } from '../catalogue/index.ts';
import type { SeatDelta, SeatMapView } from './contract.ts';
import type { SeatClaim } from './ports.ts';
import type { SeatEvent } from './seat-events.ts';
import { SeatFeed, type SeatFrame } from './seat-feed.ts';
import { SeatState } from './seat-state.ts';

/** Someone who looks on. */
export type SeatListener = {
  /** A framed `delta`, the same bytes for all. */
  frame(bytes: Buffer): void;
  /** The sale is over. */
  closed(): void;
  /** Its seats are others now: there is another map. */
  replaced(): void;
};

export type SeatSnapshot = { readonly version: number; readonly etag: string; readonly body: EncodedBody };

export type SeatMapOptions = {
  readonly performanceId: string;
  readonly planHash: string;
  readonly plan: PlanSeats;
  /** Read after everything up to `version` was committed. */
  readonly claims: readonly SeatClaim[];
  readonly version: number;
  readonly clock: Clock;
};

/** Changes are gathered for as long as eyes do not notice … */
const GATHER_MS = 100;
/**
 * … and longer for a large crowd, so that one map has 2,500 frames a second written at most: each costs about 10 µs of
 * the processor that sells the seats. 2,000 who look on see a change within 0.8 s. Who looks at another map does not
 * count: else idle streams of anybody would make every map late.
 */
const FRAMES_PER_MS_MAX = 2.5;
/** Soon outdated: a fast coding. 20,000 seats in disorder: 2.9 to 4 kB in 1 ms on the thread pool. */
const EFFORT = 3;

/**
 * The seats of one performance as visitors see them: a snapshot, and deltas that bring it forward. Both
 * are rendered once per version, however many look on.
 */
export class SeatMap {
  readonly plan: PlanSeats;
  readonly #options: SeatMapOptions;
  readonly #state: SeatState;
  readonly #feed: SeatFeed;
  readonly #listeners = new Set<SeatListener>();
  #heard: number;
  #flushedAt = 0;
  #isFlushDue = false;
  #snapshot: SeatSnapshot | undefined;

  constructor(options: SeatMapOptions) {
    this.plan = options.plan;
    this.#options = options;
    this.#state = new SeatState(options.plan, options.claims);
    this.#feed = new SeatFeed(options.version);
    this.#heard = options.version;
  }

  get availability(): Availability {
    return this.#state.availability;
  }

  get remaining(): GradeCounts {
    return this.#state.remaining;
  }

  get watchers(): number {
    return this.#listeners.size;
  }

  get planHash(): string {
    return this.#options.planHash;
  }

  get version(): number {
    return this.#feed.version;
  }

  statusOf(seatNo: number): SeatStatus {
    return this.#state.statusOf(seatNo);
  }

  apply({ position, seatNos, epoch, status }: SeatEvent): void {
    this.#heard = Math.max(this.#heard, position);
    this.#state.apply(seatNos, epoch, status);
    if (this.#isFlushDue || !this.#state.hasChanges) return;
    this.#isFlushDue = true;
    const { clock } = this.#options;
    const gatherMs = Math.max(GATHER_MS, this.watchers / FRAMES_PER_MS_MAX);
    // At once after a quiet time, but not before the events of this batch are all in.
    const waitMs = Math.max(0, this.#flushedAt + gatherMs - clock.now());
    clock.after(waitMs, () => this.#flush(), { unref: true });
  }

  /** The state at `version`, or a little after it; the deltas after `version` bring it forward. */
  snapshot(): SeatSnapshot {
    this.#snapshot ??= this.#render();
    return this.#snapshot;
  }

  /** What a reader at `version` has missed; undefined when it must take a snapshot. */
  since(version: number): readonly SeatFrame[] | undefined {
    return this.#feed.since(version);
  }

  /** @returns stops the listening */
  listen(listener: SeatListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells everyone that the sale is over. */
  close(): void {
    for (const listener of this.#listeners) listener.closed();
  }

  /** Tells everyone to read the map again: this one is no longer kept. */
  replace(): void {
    for (const listener of this.#listeners) listener.replaced();
  }

  #flush(): void {
    this.#isFlushDue = false;
    this.#flushedAt = this.#options.clock.now();
    const changes = this.#state.takeChanges();
    if (!changes) return;
    const [from, version] = [this.#feed.version, this.#heard];
    const delta: SeatDelta = { from, version, ...changes, remaining: this.#state.remaining };
    const seats = changes.free.length + changes.held.length + changes.sold.length;
    const bytes = Buffer.from(frameEvent('delta', delta, version));
    this.#feed.push({ from, version, seats, bytes });
    this.#snapshot = undefined;
    for (const listener of this.#listeners) listener.frame(bytes);
  }

  #render(): SeatSnapshot {
    const { performanceId, planHash, plan } = this.#options;
    const view: SeatMapView = {
      performanceId,
      planHash,
      planUrl: planUrl(planHash),
      streamUrl: streamUrl(performanceId),
      version: this.#feed.version,
      capacity: plan.capacity,
      remaining: this.#state.remaining,
      state: this.#state.render(),
    };
    const text = JSON.stringify(view);
    return { version: view.version, etag: etagOf(text), body: createEncodedBody(text, EFFORT) };
  }
}
