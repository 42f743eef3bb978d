import { test } from 'node:test';
import { describePages } from './support/test-site.ts';

describePages('the end of a wait', (site) => {
  /** Somebody in the line of a room that does not move. */
  async function waiting(size: 'desktop' | 'phone' = 'desktop') {
    const id = await site.testApp.sell({ roomEnabled: true });
    const change = (what: object) => site.testApp.seller.call(`PATCH /v1/performances/${id}`, what);
    const changeRoom = (what: object) => site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, what);
    await changeRoom({ state: 'paused' });
    const person = await site.testApp.person();
    const visit = await site.visit({ person, language: 'en', size });
    await visit.go(`/performances/${id}/line`);
    await visit.page.getByText('Your number: 1').waitFor();
    const said = (words: string) => visit.page.getByText(words, { exact: true }).waitFor();
    return { ...visit, id, person, change, changeRoom, said };
  }

  test('a room that is closed by hand says so, and goes on with the same number when it opens again', async () => {
    const { page, changeRoom, said, picture, expectTrouble, assertQuiet, close } = await waiting('phone');
    expectTrouble(/409.*entries/);
    await changeRoom({ state: 'closed' });
    await said('The waiting room is closed');
    await picture('line-closed-phone-en');
    await changeRoom({ state: 'paused' });
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('Your number: 1').waitFor();
    await assertQuiet();
    await close();
  });

  test('a sale that ends says so, and leads to the other performances', async () => {
    const { page, change, said, assertQuiet, close } = await waiting();
    await change({ closesAt: new Date().toISOString() });
    await said('The sale is over');
    await page.getByRole('link', { name: 'Other performances' }).click();
    await page.waitForURL(/\/concerts\//);
    await assertQuiet();
    await close();
  });

  test('a room that is switched off says that seats are sold to all, and leads to them', async () => {
    const { page, change, said, assertQuiet, close } = await waiting();
    await change({ roomEnabled: false });
    await said('There is no line any more');
    await page.getByRole('link', { name: 'Choose seats' }).click();
    await page.locator('.seat-map').waitFor();
    await assertQuiet();
    await close();
  });

  test('a place that was left elsewhere says so, and another one can be had', async () => {
    const { page, id, person, said, assertQuiet, close } = await waiting();
    await person.call(`DELETE /v1/performances/${id}/room/entries/me`);
    await said('Your place is gone');
    await page.getByRole('button', { name: 'Join the line again' }).click();
    await page.getByText('Your number: 2').waitFor();
    await assertQuiet();
    await close();
  });

  test('an admission that was used leads to the bookings', async () => {
    const { page, id, person, changeRoom, said, assertQuiet, close } = await waiting();
    await changeRoom({ state: 'open' });
    await said('It is your turn!');
    const { pass } = await person.call(`GET /v1/performances/${id}/room/entries/me`);
    await person.call('POST /v1/points/charges', { amount: { amount: 150_000, currency: 'KRW' } });
    const seats = { performanceId: id, seatIds: ['A-1-1'] };
    const held = await person.call('POST /v1/reservations', seats, { 'room-pass': String(pass) });
    await person.call(`POST /v1/reservations/${held.id}/payments`, { method: 'points' });
    await said('Your admission was used');
    await page.getByRole('link', { name: 'See my bookings' }).click();
    await page.waitForURL(/\/reservations$/);
    await assertQuiet();
    await close();
  });
});
