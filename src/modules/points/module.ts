import type { HttpServer } from '../../platform/http/server.ts';
import type { Operation } from '../../platform/operations/operation.ts';
import { pointRoutes } from './http.ts';
import { pointOperations } from './operations.ts';
import { createPointsService, type PointsService, type PointsServiceDeps } from './points-service.ts';

export type Points = PointsService & {
  readonly operations: readonly Operation[];
  routes(server: HttpServer): void;
};

export function createPoints(deps: PointsServiceDeps): Points {
  const points = createPointsService(deps);
  const operations = pointOperations(points);
  return {
    ...points,
    operations: Object.values(operations),
    routes: (server) => pointRoutes(server, points, operations),
  };
}
