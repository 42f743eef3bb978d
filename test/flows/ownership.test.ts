import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { ownershipCases, withoutId } from '../support/access/ownership.ts';
import { openSale, type PersonName, type Sale } from '../support/access/sale.ts';

let system: AccessApp;
let sale: Sale;

before(async () => {
  system = await startAccessApp();
  sale = await openSale(system);
});

after(() => system.close());

describe('another owner', () => {
  it('is thought of for every route that looks whose a thing is', () => {
    const known = new Set([...ownershipCases.map(({ route }) => route), ...withoutId]);
    const owned = system.app.routes.filter(({ access }) => access.owner !== undefined);
    const missing = owned.map(({ method, url }) => `${method} ${url}`).filter((route) => !known.has(route));
    const stale = [...known].filter(
      (route) => !owned.some(({ method, url }) => `${method} ${url}` === route),
    );
    assert.deepEqual(stale, [], 'there is no such route any more');
    assert.deepEqual(missing, [], 'say in test/support/access/ownership.ts who may and who may not');
  });

  for (const { route, id: make, body, may, mayNot, roleLacks = [] } of ownershipCases) {
    it(`is kept out of ${route}, and the owner is not`, async () => {
      const call = (as: PersonName, id: string) => sale.call(as, route.replace(':id', id), body?.(sale));
      const id = await make(sale);
      for (const person of mayNot) {
        const { status, body: problem } = await call(person, id);
        assert.equal(status, 404, `${person}: ${status} ${JSON.stringify(problem)}`);
        assert.match(String(problem['code']), /_not_found$/, person);
      }
      for (const person of roleLacks) {
        const { status, body: problem } = await call(person, id);
        assert.deepEqual([status, problem['code']], [403, 'role_required'], person);
      }
      for (const person of may) {
        // A thing of its own for each: some calls end it.
        const { status, body: answer } = await call(person, await make(sale));
        assert.ok(status < 300, `${person}: ${status} ${JSON.stringify(answer)}`);
      }
    });
  }
});

describe('lists', () => {
  it("show what is the caller's own, and nothing of others", async () => {
    await sale.ticket();
    await sale.call('seller', `PATCH /v1/performances/${sale.roomPerformanceId}/room`, { ratePerSecond: 7 });
    const lists = [
      { request: 'GET /v1/reservations', owner: 'buyer', other: 'stranger' },
      { request: 'GET /v1/tickets', owner: 'buyer', other: 'stranger' },
      { request: 'GET /v1/points/entries', owner: 'buyer', other: 'stranger' },
      { request: 'GET /v1/venues', owner: 'seller', other: 'rival' },
      { request: 'GET /v1/rooms', owner: 'seller', other: 'rival' },
    ] as const;
    for (const { request, owner, other } of lists) {
      const count = async (as: PersonName) =>
        ((await sale.call(as, request)).body['items'] as object[]).length;
      assert.ok((await count(owner)) > 0, request);
      assert.equal(await count(other), 0, request);
    }
  });
});
