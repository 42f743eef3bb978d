/** How seats of the lab's halls are named: one section, rows of fifty. */
export const SECTION = 'L';
export const ROW_SEATS = 50;

/** The id of a seat by its number from 0. */
export function seatIdOf(seatNo: number): string {
  return `${SECTION}-${Math.floor(seatNo / ROW_SEATS) + 1}-${(seatNo % ROW_SEATS) + 1}`;
}
