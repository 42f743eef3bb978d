import type { Clock } from '../../kernel/clock.ts';
import { etagOf } from '../../platform/http/conditional.ts';
import { createEncodedBody, type EncodedBody } from '../../platform/http/encoded-body.ts';
import { jsonContent, type LiveContent } from '../../platform/live/message.ts';
import type { Topic } from '../../platform/live/topic.ts';
import type { Availability, GradeCounts, PlanSeats, SeatStatus } from '../catalogue/index.ts';
import { planUrl, seatsUrl, streamUrl } from '../catalogue/index.ts';
import type { SeatDelta, SeatMapView } from './contract.ts';
import type { SeatHold } from './ports.ts';
import type { SeatEvent } from './seat-events.ts';
import { SeatState } from './seat-state.ts';

export type SeatSnapshot = { readonly version: number; readonly etag: string; readonly body: EncodedBody };

export type SeatMapOptions = {
  readonly performanceId: string;
  readonly planHash: string;
  readonly plan: PlanSeats;
  /** Read after everything up to `version` was committed. */
  readonly holds: readonly SeatHold[];
  readonly version: number;
  /** Where changes are told; its version is the map's. */
  readonly topic: Topic;
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
  readonly topic: Topic;
  readonly #options: SeatMapOptions;
  readonly #state: SeatState;
  #version: number;
  #heard: number;
  #flushedAt = 0;
  #isFlushDue = false;
  #snapshot: SeatSnapshot | undefined;

  constructor(options: SeatMapOptions) {
    this.plan = options.plan;
    this.#options = options;
    this.#state = new SeatState(options.plan, options.holds);
    this.topic = options.topic;
    this.#version = options.version;
    this.#heard = options.version;
  }

  get availability(): Availability {
    return this.#state.availability;
  }

  get remaining(): GradeCounts {
    return this.#state.remaining;
  }

  get watchers(): number {
    return this.topic.size;
  }

  get planHash(): string {
    return this.#options.planHash;
  }

  get version(): number {
    return this.#version;
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

  /** What a reader begins with who cannot be brought forward: it reads the map, and takes what comes from here on. */
  begin(): LiveContent {
    const { performanceId } = this.#options;
    return jsonContent('snapshot', { version: this.#version, seatsUrl: seatsUrl(performanceId) });
  }

  #flush(): void {
    this.#isFlushDue = false;
    this.#flushedAt = this.#options.clock.now();
    const changes = this.#state.takeChanges();
    if (!changes) return;
    const [from, version] = [this.#version, this.#heard];
    const delta: SeatDelta = { from, version, ...changes, remaining: this.#state.remaining };
    this.#version = version;
    this.#snapshot = undefined;
    this.topic.publish({ ...jsonContent('delta', delta), version });
  }

  #render(): SeatSnapshot {
    const { performanceId, planHash, plan } = this.#options;
    const view: SeatMapView = {
      performanceId,
      planHash,
      planUrl: planUrl(planHash),
      streamUrl: streamUrl(performanceId),
      version: this.#version,
      capacity: plan.capacity,
      remaining: this.#state.remaining,
      state: this.#state.render(),
    };
    const text = JSON.stringify(view);
    return { version: view.version, etag: etagOf(text), body: createEncodedBody(text, EFFORT) };
  }
}
