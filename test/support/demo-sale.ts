/** Finds something to sell in the demo data of a running system. */
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
  const { items } = await get(address, '/v1/concerts?limit=100');
  const concerts = await Promise.all(items.map(({ id }) => get(address, `/v1/concerts/${id}`)));
  const sale = concerts
    .flatMap(({ performances }) => performances)
    .filter(({ status, roomEnabled }) => status === 'on_sale' && roomEnabled)
    .toSorted((a, b) => b.capacity - a.capacity)
    .at(place);
  if (!sale) throw new Error('the demo data has no performance with a room on sale');
  return { performanceId: sale.id, seatIds: await freeSeats(address, sale.id, seatCount) };
}

async function freeSeats(address: string, performanceId: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor = '';
  while (ids.length < count) {
    const limit = Math.min(100, count - ids.length);
    const path = `/v1/performances/${performanceId}/seats/list?status=free&limit=${limit}${cursor}`;
    const { items, nextCursor } = await get(address, path);
    ids.push(...items.map((seat) => seat.id));
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return ids;
}

type Page = { readonly items: readonly Item[]; readonly nextCursor: string | null };

async function get(address: string, path: string): Promise<Page & Item> {
  const response = await fetch(address + path);
  if (!response.ok) throw new Error(`${path} is answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Page & Item;
}
