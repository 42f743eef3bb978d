import type { Clock } from '../../kernel/clock.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import type { Catalogue } from './catalogue.ts';
import { readingRoutes } from './reading-routes.ts';
import { seatRoutes } from './seat-routes.ts';
import { sellingRoutes } from './selling-routes.ts';

/** All routes of the catalogue. */
export function catalogueRoutes(server: HttpServer, catalogue: Catalogue, clock: Clock): void {
  readingRoutes(server, catalogue.reading);
  seatRoutes(server, { ...catalogue, clock });
  sellingRoutes(server, catalogue);
}
