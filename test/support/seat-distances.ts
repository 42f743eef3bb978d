/** The seats of a list in a `delta`, which tells them by their distances. */
export function seatsAt(distances: readonly number[]): number[] {
  let seatNo = 0;
  return distances.map((distance) => (seatNo += distance));
}
