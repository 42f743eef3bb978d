import { createRoomSettling } from '../../adapters/postgres/waiting-room/room-settling.ts';
import { createRoomStores } from '../../adapters/postgres/waiting-room/room-store.ts';
import type { Config } from '../../config/config.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { SalesCatalogue } from '../../modules/catalogue/index.ts';
import {
  createWaitingRoom,
  LineEngine,
  type LineRules,
  type WaitingRoom,
} from '../../modules/waiting-room/index.ts';
import type { Tokens } from '../../platform/auth/tokens/tokens.ts';
import type { Foundation } from '../foundation.ts';
import { measureAdmission, measureRooms } from '../room-metrics.ts';

/** How much of a second's admissions may come at once: hiccups shorter than this cost nothing of the rate. */
const BURST_MS = 200;

/** The rooms: their lines in memory, backed by PostgreSQL. One process at a time may keep them. */
export function composeWaitingRoom(
  base: Foundation,
  { tokens, catalogue }: { readonly tokens: Tokens; readonly catalogue: SalesCatalogue },
): WaitingRoom & { readonly settling: Lifecycle } {
  const { clock, hub, logger, config, outage } = base;
  const tell = (err: unknown, what: string) => {
    if (!outage.covers(err)) logger.error({ err }, `waiting lines: ${what}`);
  };
  const rules = lineRules(config);
  const line = new LineEngine({
    stores: createRoomStores({
      ...base,
      database: base.sales,
      commitNotice: base.hint,
      stepMs: config.databaseDeadlineMs,
    }),
    clock,
    rules,
    observe: {
      loaded: (what) => logger.info(what, 'waiting lines loaded'),
      lost: (err) => tell(err, 'the database failed; looking goes on, writes are refused'),
      stillLost: (err) => tell(err, 'the database still fails'),
    },
  });
  const waitingRoom = createWaitingRoom({
    line,
    catalogue,
    signer: tokens.signer,
    readerOf: tokens.readerOf,
    clock,
    hub,
    rules,
    options: { onBatch: base.measureBatch('room'), onStep: measureAdmission(base.metrics) },
    onError: base.complain('waiting room'),
  });
  measureRooms(base.metrics, () => waitingRoom.state());
  const settling = createRoomSettling({
    ...base,
    onError: base.complain('room settling'),
  });
  return { ...waitingRoom, settling };
}

/** The rules of all lines, as they are configured. */
export function lineRules(config: Config): LineRules {
  const { passTtlMs, passAgeMaxMs, passPickupMs, silentAfterMs, graceMs } = config;
  return {
    passTtlMs,
    passAgeMaxMs,
    passPickupMs,
    silentAfterMs,
    burstMs: BURST_MS,
    newRoom: {
      state: 'open',
      ratePerSecond: config.roomRatePerSecond,
      concurrency: config.roomConcurrency,
      graceMs,
    },
  };
}
