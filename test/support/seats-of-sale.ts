import { type ComposedCatalogue, clientOf, type SeatsChange } from './catalogue.ts';
import { until } from './until.ts';

/** The seats of performances as their map shows them, and as holds and payments change them. */
export function createSeatsOfSale(composed: ComposedCatalogue) {
  const call = clientOf(composed.server);
  const of = async (performanceId: string) =>
    (await call(undefined, 'GET', `/v1/performances/${performanceId}/seats`)).body;
  return {
    of,
    /** Waits until the map says so: events reach it a moment after their commit. */
    until: (performanceId: string, is: (map: { state: string; version: number }) => boolean) =>
      until(() => of(performanceId), is),
    change: (performanceId: string, type: SeatsChange['type'], seatNos: readonly number[], epoch = 1) =>
      composed.seatsChange({ performanceId, type, seatNos, epoch }),
  };
}
