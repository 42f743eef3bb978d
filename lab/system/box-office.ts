import { readFile } from 'node:fs/promises';
import { seatIdOf } from '../traffic/seats.ts';
import { Api } from './api.ts';

/**
 * Takes the first seat of a performance for the first person of a file, so that those who come after can
 * lose to somebody. @throws Error when the seat is not to be had
 */
export async function takeFirstSeat(address: string, performanceId: string, people: string): Promise<void> {
  const [line = ''] = (await readFile(people, 'utf8')).split('\n', 1);
  const api = new Api(address, JSON.parse(line) as { accessToken: string; pass: string });
  await api.ask('POST', '/v1/reservations', { performanceId, seatIds: [seatIdOf(0)] });
}
