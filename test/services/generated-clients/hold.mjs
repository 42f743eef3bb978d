/**
 * From sign-up to a hold by a client that was generated from the OpenAPI document. It is run, and checked by
 * TypeScript, beside the `schema.ts` that openapi-typescript makes of the document.
 */
import createClient from 'openapi-fetch';

/** @param {string} baseUrl */
export async function hold(baseUrl) {
  /** @type {import('openapi-fetch').Client<import('./schema.ts').paths>} */
  const client = createClient({ baseUrl });
  const person = { email: 'typescript@generated.example', password: 'correct horse battery' };
  okay(await client.POST('/v1/accounts', { body: { ...person, name: 'TypeScript' } }));
  const again = await client.POST('/v1/accounts', { body: { ...person, name: 'TypeScript' } });
  const refusal = again.error?.code;
  const { accessToken } = okay(await client.POST('/v1/sessions', { body: person }));
  const headers = { authorization: `Bearer ${accessToken}` };

  const { items } = okay(await client.GET('/v1/concerts', { params: { query: { status: 'on_sale' } } }));
  const id = items[0]?.id ?? '';
  const { performances } = okay(await client.GET('/v1/concerts/{id}', { params: { path: { id } } }));
  const performance = performances.find(({ status, roomEnabled }) => status === 'on_sale' && roomEnabled);
  if (!performance) throw new Error('no performance with a waiting room is on sale');

  const path = { id: performance.id };
  let entry = okay(await client.POST('/v1/performances/{id}/room/entries', { params: { path }, headers }));
  while (entry.status !== 'admitted') {
    const { pollAfterMs } = entry;
    await new Promise((resolve) => setTimeout(resolve, pollAfterMs));
    entry = okay(await client.GET('/v1/performances/{id}/room/entries/me', { params: { path }, headers }));
  }
  const seats = okay(
    await client.GET('/v1/performances/{id}/seats/list', {
      params: { path, query: { status: 'free', limit: 2 } },
    }),
  );
  const reservation = okay(
    await client.POST('/v1/reservations', {
      headers,
      params: { header: { 'Room-Pass': entry.pass ?? '', 'Idempotency-Key': 'one-attempt' } },
      body: { performanceId: performance.id, seatIds: seats.items.map((seat) => seat.id) },
    }),
  );
  // Where the operator lets writes wait under load, a hold may be answered with a ticket.
  if ('queuedRequestId' in reservation) throw new Error(`waits as ${reservation.queuedRequestId}`);
  return { refusal, status: reservation.status, seats: reservation.seats.length, amount: reservation.amount };
}

/**
 * @template T
 * @param {{ data?: T, error?: { code: string, detail: string } }} answer
 * @returns {T}
 */
function okay({ data, error }) {
  if (data === undefined) throw new Error(`${error?.code}: ${error?.detail}`);
  return data;
}
