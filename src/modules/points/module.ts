import type { HttpServer } from '../../platform/http/server.ts';
import { pointRoutes } from './http.ts';
import { createPointsService, type PointsService, type PointsServiceDeps } from './points-service.ts';

export type Points = PointsService & { routes(server: HttpServer): void };

export function createPoints(deps: PointsServiceDeps): Points {
  const points = createPointsService(deps);
  return { ...points, routes: (server) => pointRoutes(server, points) };
}
