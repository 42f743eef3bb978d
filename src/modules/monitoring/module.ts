import type { Clock } from '../../kernel/clock.ts';
import type { Lifecycle } from '../../kernel/lifecycle.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Hub } from '../../platform/live/hub.ts';
import type { LiveView } from '../../platform/live/view.ts';
import { type AuditDeps, auditRoute } from './audit.ts';
import { monitoringRoutes } from './http.ts';
import { figuresView } from './live.ts';
import type { StatsReader } from './ports.ts';
import { createRecorder } from './recorder.ts';

export type MonitoringDeps = AuditDeps & {
  readonly reader: StatsReader;
  readonly clock: Clock;
  readonly hub: Hub;
  /** Hears of stats that could not be read; they are read again a second later. */
  readonly onError: (error: unknown) => void;
};

export type Monitoring = {
  readonly lifecycle: Lifecycle;
  readonly views: readonly LiveView[];
  routes(server: HttpServer): void;
};

/** What those who run the system see. */
export function createMonitoring(deps: MonitoringDeps): Monitoring {
  const recorder = createRecorder({ ...deps, topic: deps.hub.open('operations/figures') });
  return {
    lifecycle: recorder.lifecycle,
    views: [figuresView(recorder)],
    routes(server) {
      monitoringRoutes(server, { ...deps, recorder });
      auditRoute(server, deps);
    },
  };
}
