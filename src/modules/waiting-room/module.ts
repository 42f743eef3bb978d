import type { Clock } from '../../kernel/clock.ts';
import { createLifecycle, type Lifecycle, startInOrder, stopInReverse } from '../../kernel/lifecycle.ts';
import type { MicroBatchObservation } from '../../kernel/micro-batch.ts';
import type { TokenReaderOf, TokenSigner } from '../../platform/auth/tokens/token.ts';
import type { EventConsumer } from '../../platform/events/event.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import type { LiveView } from '../../platform/live/view.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import type { SalesCatalogue } from '../catalogue/index.ts';
import { type AdmissionLoopOptions, createAdmissionLoop } from './admission-loop.ts';
import { createSpendConsumer } from './consumers.ts';
import { createLineBatch, Entries, type LineBatch } from './entries.ts';
import { EntryTopics } from './entry-topics.ts';
import { isRenewable } from './entry-view.ts';
import type { AdmissionGate, Visitor } from './gate.ts';
import { waitingRoomRoutes } from './http.ts';
import { entryView } from './live.ts';
import type { RoomStats } from './model.ts';
import { waitingRoomOperations } from './operations.ts';
import { PassDesk } from './passes.ts';
import type { LineRules, WaitingLine } from './ports.ts';
import { RoomControls } from './room-controls.ts';
import { Rooms } from './rooms.ts';
import { createSpendFollower } from './spend-follower.ts';

export type WaitingRoomDeps = {
  readonly line: WaitingLine;
  readonly catalogue: SalesCatalogue;
  readonly signer: TokenSigner;
  readonly readerOf: TokenReaderOf;
  readonly clock: Clock;
  readonly hub: Hub;
  /** Those that the line follows. */
  readonly rules: LineRules;
  /** Failures in the background, which are tried again. */
  readonly onError: (error: unknown) => void;
  readonly options?: WaitingRoomOptions | undefined;
};

export type WaitingRoomOptions = {
  /** The pause between steps of admission at most. Default 50. */
  readonly stepMs?: number;
  /** A room is let go so long after its sale ended. Default 1 hour. */
  readonly retireAfterMs?: number;
  /** Joins, leaves and other writes that may wait. Default 65,536. */
  readonly writesQueuedMax?: number;
  /** Followers of entries at once, over all transports. Default 20,000. */
  readonly streamsMax?: number;
  /** The shortest pause between polls that is asked for. Default 1,000. */
  readonly pollMsMin?: number;
  /** The longest. Default 60,000, or two thirds of the silence after which somebody is passed over. */
  readonly pollMsMax?: number;
  /** For metrics. */
  readonly onStep?: AdmissionLoopOptions['onStep'];
  readonly onBatch?: (observation: MicroBatchObservation) => void;
};

/** What there is to be seen of the rooms of this process. */
export type WaitingRoomState = {
  readonly rooms: readonly RoomStats[];
  readonly streams: number;
  /** Writes that wait. */
  readonly queued: number;
};

export type WaitingRoom = {
  readonly gate: AdmissionGate;
  /** They end admissions whose booking is paid, by this process or by another. */
  readonly consumers: readonly EventConsumer[];
  /** Loads the lines, admits and tells while it runs; at its end what was accepted is answered. */
  readonly lifecycle: Lifecycle;
  readonly operations: readonly Operation[];
  /** Followed over any transport. */
  readonly views: readonly LiveView[];
  routes(server: HttpServer): void;
  /** Rates that are changed for a time. */
  readonly rates: Pick<RoomControls, 'lendRate' | 'returnRates'> & Pick<Rooms, 'stats'>;
  /** For metrics; as of the last step of admission. */
  state(): WaitingRoomState;
};

const DEFAULTS = {
  stepMs: 50,
  retireAfterMs: 3_600_000,
  writesQueuedMax: 65_536,
  streamsMax: 20_000,
  pollMsMin: 1_000,
  pollMsMax: 60_000,
} as const;
/** Polls must come well within the silence after which somebody is passed over. */
const POLL_SHARE_OF_SILENCE = 2 / 3;

/** Puts the module together. */
export function createWaitingRoom(deps: WaitingRoomDeps): WaitingRoom {
  const { line, clock, hub, rules, onError } = deps;
  const options = { ...DEFAULTS, ...deps.options };
  const rooms = new Rooms({ catalogue: deps.catalogue, newRoom: rules.newRoom });
  const batch = createLineBatch({
    line,
    clock,
    maxQueued: options.writesQueuedMax,
    observe: options.onBatch,
  });
  const passes = new PassDesk({ ...deps, passTtlMs: rules.passTtlMs });
  const pollMsMax = Math.min(options.pollMsMax, Math.floor(rules.silentAfterMs * POLL_SHARE_OF_SILENCE));
  const viewRules = { ...rules, pollMsMin: Math.min(options.pollMsMin, pollMsMax), pollMsMax };
  const entries = new Entries({ line, batch, rooms, passes, clock, rules: viewRules });
  const topics = new EntryTopics({
    line,
    rooms,
    hub,
    clock,
    view: (who, standing) => entries.view(who, standing),
    isRenewable: (standing, nowMs) => isRenewable(standing, nowMs, viewRules),
    maxStreams: options.streamsMax,
    onError,
  });
  const loop = createAdmissionLoop({
    ...options,
    line,
    rooms,
    clock,
    onAdmitted: (admission) => void topics.admitted(admission).catch(onError),
    onError,
  });
  const spend = createSpend(rooms, batch);
  const spends = createSpendFollower({ spend, line, clock, passAgeMaxMs: rules.passAgeMaxMs, onError });
  const controls = new RoomControls({ line, batch, rooms });
  const operations = waitingRoomOperations(entries, controls);
  const view = entryView(topics, line);
  return {
    gate: {
      check: (pass, who) => passes.check(pass, who),
      keep: (pass, who) => passes.keep(pass, who),
      checkKept: (pass, who) => passes.checkKept(pass, who),
      spend,
    },
    consumers: [createSpendConsumer(spend), spends.follower],
    views: [view],
    lifecycle: inOrder([line, draining(batch), topics.lifecycle, spends.lifecycle, loop]),
    operations: Object.values(operations),
    rates: {
      lendRate: (...change) => controls.lendRate(...change),
      returnRates: () => controls.returnRates(),
      stats: (performanceId) => rooms.stats(performanceId),
    },
    routes: (server) => waitingRoomRoutes(server, { entries, controls, operations, view, hub, clock }),
    state: () => ({ rooms: rooms.all(), streams: topics.count, queued: batch.queued }),
  };
}

function createSpend(rooms: Rooms, batch: LineBatch): AdmissionGate['spend'] {
  return async ({ accountId, performanceId }: Visitor, at?: number) => {
    if (!(await rooms.terms(performanceId))) return;
    await batch.submit({ kind: 'spend', accountId, performanceId, at });
  };
}

function draining(batch: LineBatch): Lifecycle {
  return createLifecycle('waiting room writes', { start: () => undefined, stop: () => batch.drain() });
}

function inOrder(parts: readonly Lifecycle[]): Lifecycle {
  return createLifecycle('waiting room', {
    start: () => startInOrder(parts),
    stop: () => stopInReverse(parts),
  });
}
