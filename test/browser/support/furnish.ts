import { arenaPlan } from '../../../src/demo/plans/arena.ts';
import { type Person, smallHall, type TestApp } from './test-app.ts';

/** A site with something on every page, and people of every kind in it. */
export type Furnished = {
  /** Has tickets, bookings and points. */
  readonly fan: Person;
  /** Has nothing yet, like `newSeller`. */
  readonly newcomer: Person;
  readonly seller: Person;
  readonly newSeller: Person;
  readonly manager: Person;
  /** Of 20,000 seats. */
  readonly performanceId: string;
  readonly concertId: string;
  /** Before its opening. */
  readonly laterId: string;
  /** With a line that does not move. */
  readonly roomId: string;
  readonly heldId: string;
  readonly boughtId: string;
  readonly ticketId: string;
  readonly venueId: string;
};

export async function furnish(testApp: TestApp): Promise<Furnished> {
  const { seller } = testApp;
  const [fan, newcomer, newSeller, manager] = await Promise.all([
    testApp.person(),
    testApp.person('박둘리'),
    testApp.newSeller(),
    testApp.manager(),
  ]);
  const [performanceId, roomId, laterId] = await Promise.all([
    testApp.sell({ plan: arenaPlan() }),
    testApp.sell({ roomEnabled: true }),
    testApp.sell({ roomEnabled: true, opensInMs: 3_600_000 }),
  ]);
  await seller.call(`PATCH /v1/performances/${roomId}/room`, { state: 'paused' });
  const venue = await seller.call('POST /v1/venues', {
    name: '헛간',
    nameEn: 'The Barn',
    address: '가람시 들판길 1',
    addressEn: '1 Field Road, Garam',
    stages: [{ name: '마당', nameEn: 'Yard', plan: smallHall }],
  });
  const { concertId } = await seller.call(`GET /v1/performances/${performanceId}`);
  return {
    ...(await book(fan, performanceId)),
    fan,
    newcomer,
    seller,
    newSeller,
    manager,
    performanceId,
    concertId: String(concertId),
    laterId,
    roomId,
    venueId: venue.id,
  };
}

/** Two seats bought, one held. */
async function book(fan: Person, performanceId: string) {
  const seats = await fan.call(`GET /v1/performances/${performanceId}/seats/list?limit=3`);
  const [one, two, three] = seats['items'] as readonly { readonly id: string }[];
  const reserve = (seatIds: readonly (string | undefined)[]) =>
    fan.call('POST /v1/reservations', { performanceId, seatIds });
  await fan.call('POST /v1/points/charges', { amount: { amount: 400_000, currency: 'KRW' } });
  const bought = await reserve([one?.id, two?.id]);
  await fan.call(`POST /v1/reservations/${bought.id}/payments`, { method: 'points' });
  const held = await reserve([three?.id]);
  const tickets = await fan.call('GET /v1/tickets');
  const [ticket] = tickets['items'] as readonly { readonly id: string }[];
  return { boughtId: bought.id, heldId: held.id, ticketId: ticket!.id };
}
