/** Finds something to sell in the demo data of a running system. */
import { ApiClient } from '../../traffic/api-client.ts';
import { requestOf } from '../../traffic/requests.ts';

export type DemoSale = { readonly performanceId: string; readonly seatIds: readonly string[] };

type Item = {
  readonly id: string;
  readonly status: string;
  readonly roomEnabled: boolean;
  readonly capacity: number;
  readonly performances: readonly Item[];
};

/**
 * The largest performance with a waiting room that is on sale (or the next after it: `place` 1), and the names of free seats of it: in the demo
 * data 20,000 seats, none of them sold, and a room that lets a crowd of thousands in within seconds.
 */
export async function findDemoSale(address: string, seatCount: number, place = 0): Promise<DemoSale> {
  const client = new ApiClient(address);
  const get = (path: string) => client.ask(requestOf<Page & Item>(`GET ${path}`));
  const { items } = await get('/v1/concerts?limit=100');
  const concerts = await Promise.all(items.map(({ id }) => get(`/v1/concerts/${id}`)));
  const sale = concerts
    .flatMap(({ performances }) => performances)
    .filter(({ status, roomEnabled }) => status === 'on_sale' && roomEnabled)
    .toSorted((a, b) => b.capacity - a.capacity)
    .at(place);
  if (!sale) throw new Error('the demo data has no performance with a room on sale');
  return { performanceId: sale.id, seatIds: await freeSeats(get, sale.id, seatCount) };
}

type Get = (path: string) => Promise<Page & Item>;

async function freeSeats(get: Get, performanceId: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor = '';
  while (ids.length < count) {
    const limit = Math.min(100, count - ids.length);
    const path = `/v1/performances/${performanceId}/seats/list?status=free&limit=${limit}${cursor}`;
    const { items, nextCursor } = await get(path);
    ids.push(...items.map((seat) => seat.id));
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return ids;
}

type Page = { readonly items: readonly Item[]; readonly nextCursor: string | null };
