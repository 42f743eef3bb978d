import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arenaPlan } from '../../src/demo/plans/arena.ts';
import { describePages } from './support/test-site.ts';

describePages('ways between pages', (site) => {
  test('a shop that has nothing yet says so', async () => {
    const { page, go, assertQuiet, close } = await site.visit({ language: 'en' });
    await go('/');
    await page.getByText('There are no concerts yet.').waitFor();
    await assertQuiet();
    await close();
  });

  test('lead from a venue to a concert, and from a concert to its first performance', async () => {
    const seller = await site.testApp.newSeller();
    await seller.call('POST /v1/venues', {
      name: 'Barn',
      address: '',
      stages: [{ name: 'Yard', plan: { sections: [{ id: 'A', rows: [ROW] }] } }],
    });
    const { page, go, assertQuiet, close } = await site.visit({
      person: seller,
      language: 'en',
    });
    await go('/seller/venues');
    await page.getByRole('link', { name: 'New concert' }).click();
    await page.getByLabel('Title', { exact: true }).fill('Harvest');
    await page.getByLabel('Artist', { exact: true }).fill('The Reapers');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel('Begins (Korean time)').waitFor();
    await page.getByRole('link', { name: 'See it in the shop' }).click();
    await page.waitForURL(({ pathname }) => pathname.startsWith('/concerts/'));
    await page.getByRole('heading', { name: 'Harvest', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'To your sale' }).click();
    await page.waitForURL(({ pathname }) => pathname.startsWith('/seller/concerts/'));
    await page.getByLabel('Title', { exact: true }).waitFor();
    await assertQuiet();
    await close();
  });

  test('lead anyone who sells a performance from the shop to its sale, and nobody else', async () => {
    const performanceId = await site.testApp.sell();
    for (const [person, ways] of [
      [site.testApp.seller, 1],
      [await site.testApp.newSeller(), 0],
    ] as const) {
      const { page, go, assertQuiet, close } = await site.visit({ person, language: 'en' });
      await go(`/performances/${performanceId}`);
      await page.getByRole('link', { name: 'Other performances' }).waitFor();
      await page.getByRole('button', { name: 'My account' }).click();
      await page.locator('.account-menu .account-name').waitFor();
      await page.keyboard.press('Escape');
      const way = page.getByRole('link', { name: 'To your sale' });
      assert.equal(await way.count(), ways);
      if (ways === 1) {
        await way.click();
        await page.waitForURL(`**/seller/performances/${performanceId}`);
        await page.getByRole('heading', { name: /Songs of a Spring Night/ }).waitFor();
      }
      await assertQuiet();
      await close();
    }
  });

  test('lead from a sale to its concert, from the seats to the sale, and from a ticket to the concert', async () => {
    const performanceId = await site.testApp.sell();
    const person = await site.testApp.person();
    await person.call('POST /v1/points/charges', { amount: { amount: 150_000, currency: 'KRW' } });
    const held = await person.call('POST /v1/reservations', { performanceId, seatIds: ['A-1-1'] });
    await person.call(`POST /v1/reservations/${held.id}/payments`, { method: 'points' });
    const { items } = await person.call('GET /v1/tickets');
    const [ticket] = items as readonly { readonly id: string }[];
    const { page, go, assertQuiet, close } = await site.visit({ person, language: 'en' });
    await go(`/performances/${performanceId}/seats`);
    await page.getByRole('link', { name: 'About this sale' }).click();
    await page.getByRole('link', { name: 'Other performances' }).click();
    await page.getByRole('heading', { name: 'Choose a performance' }).waitFor();
    const concert = page.url();
    await go(`/tickets/${ticket?.id}`);
    await page.getByRole('link', { name: 'Songs of a Spring Night' }).click();
    await page.waitForURL(concert);
    await assertQuiet();
    await close();
  });

  test('a place in a line, and the time inside, stand on every page of the shop', async () => {
    const id = await site.testApp.sell({ roomEnabled: true });
    const changeRoom = (what: object) => site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, what);
    await changeRoom({ state: 'paused' });
    const person = await site.testApp.person();
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person,
      language: 'en',
      size: 'phone',
    });
    await go(`/performances/${id}/line`);
    await page.getByText('Your number: 1').waitFor();
    await go('/points');
    await page.getByText('You are number 1 · 0 ahead').waitFor();
    await picture('banner-waiting-phone-en');
    await page.getByRole('link', { name: 'To the waiting room' }).click();
    await page.getByText('Your number: 1').waitFor();
    assert.equal(await page.getByText('You are number').count(), 0, 'the page of the line says it itself');
    await go('/');
    await changeRoom({ state: 'open' });
    await page.getByText('left to choose your seats').waitFor();
    await assertAccessible();
    await picture('banner-turn-phone-en');
    await page.getByRole('link', { name: 'Choose seats' }).click();
    await page.locator('.seat-map').waitFor();
    await assertQuiet();
    await close();
  });
});

const ROW = { id: '1', runs: [{ grade: 'R', first: 1, count: 4, at: [0, 0], by: [1, 0] }] };

describePages('what stands around the seats', (site) => {
  test('is explained, and never lies on them', async () => {
    const id = await site.testApp.sell({ plan: arenaPlan() });
    for (const size of ['desktop', 'phone', 'narrow'] as const) {
      const { page, go, picture, assertQuiet, close } = await site.visit({ size });
      await go(`/performances/${id}/seats`);
      const map = await page.locator('.seat-map-view').boundingBox();
      const buttons = await page.locator('.seat-map-buttons').boundingBox();
      assert.ok(map && buttons && buttons.height > 0);
      assert.ok(map.x + map.width <= buttons.x, `${size}: the buttons begin where the map ends`);
      await page.getByText('101–124구역: 1층 Lower').waitFor();
      await page.getByText('구역 이름 아래의 수는 남은 좌석입니다.').waitFor();
      await picture(`seats-explained-${size}-ko`);
      await assertQuiet();
      await close();
    }
  });

  test('the page of the API is our own, and quiet', async () => {
    const { page, picture, assertQuiet, close } = await site.visit();
    await page.goto('/docs');
    await page.getByText('/v1/performances/{id}').first().waitFor();
    assert.match(await page.title(), /^firstcome/);
    assert.equal(await page.locator('.topbar').count(), 0);
    await picture('docs');
    await assertQuiet();
    await close();
  });
});
