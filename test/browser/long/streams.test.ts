import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { until } from '../../support/until.ts';
import { describePages } from '../support/test-site.ts';

/** What tabs of one browser may keep open, of the six connections that it has for a site. */
const STREAMS_MAX = 4;

/** The streams that the tabs of a browser have open, by their paths. */
function watchStreams(context: BrowserContext) {
  const open = new Map<Request, string>();
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('/stream')) open.set(request, pathname);
  });
  const forget = (request: Request) => void open.delete(request);
  context.on('requestfailed', forget);
  context.on('requestfinished', forget);
  return () => [...open.values()];
}

const show = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

describePages('the streams of a browser', (site) => {
  test('leave connections for everything else, however many tabs there are', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => site.testApp.sell()));
    const person = await site.testApp.person();
    const { page, go, assertQuiet, close } = await site.visit({ person });
    const streams = watchStreams(page.context());
    for (const id of ids) {
      const tab = await page.context().newPage();
      await tab.goto(`/performances/${id}/seats`);
      await tab.locator('.seat-map').waitFor();
    }
    await go('/points');
    await page.getByTestId('balance').getByText('0원').waitFor();
    assert.equal(streams().length, STREAMS_MAX);
    await assertQuiet();
    await close();
  });

  test('is one for all tabs that wait in a line, and the next tab goes on where one is closed', async () => {
    const id = await site.testApp.sell({ roomEnabled: true });
    const changeRoom = (what: object) => site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, what);
    await changeRoom({ state: 'paused' });
    const [first, person] = await Promise.all([site.testApp.person(), site.testApp.person('박둘리')]);
    await first.call(`POST /v1/performances/${id}/room/entries`);
    const { page, go, assertQuiet, close } = await site.visit({ person, language: 'en' });
    const streams = watchStreams(page.context());
    const leading = await page.context().newPage();
    await leading.goto(`/performances/${id}/line`);
    await leading.locator('[data-ahead="1"]').waitFor();
    const other = await page.context().newPage();
    await other.goto(`/performances/${id}/line`);
    await go(`/performances/${id}/line`);
    for (const tab of [other, page]) {
      await tab.locator('[data-ahead="1"]').waitFor();
      await tab.getByText('Live', { exact: true }).waitFor();
    }
    assert.equal(streams().length, 1);
    await leading.close();
    await until(async () => streams().length === 1);
    await first.call(`DELETE /v1/performances/${id}/room/entries/me`);
    for (const tab of [other, page]) await tab.locator('[data-ahead="0"]').waitFor();
    await changeRoom({ state: 'open' });
    for (const tab of [other, page]) await tab.getByRole('heading', { name: 'It is your turn!' }).waitFor();
    await assertQuiet();
    await close();
  });

  test('ends in a tab that nobody sees, but for a line, and goes on when it is seen', async () => {
    const [id, roomId] = await Promise.all([site.testApp.sell(), site.testApp.sell({ roomEnabled: true })]);
    await site.testApp.seller.call(`PATCH /v1/performances/${roomId}/room`, { state: 'paused' });
    const { page, go, close } = await site.visit({ person: await site.testApp.person(), language: 'en' });
    const streams = watchStreams(page.context());
    const live = page.getByText('Live', { exact: true });
    await go(`/performances/${id}/seats`);
    await live.waitFor();
    await show(page, 'hidden');
    await until(async () => streams().length === 0);
    await show(page, 'visible');
    await until(async () => streams().length === 1);
    await live.waitFor();
    await go(`/performances/${roomId}/line`);
    await live.waitFor();
    await show(page, 'hidden');
    await site.testApp.seller.call(`PATCH /v1/performances/${roomId}/room`, { state: 'open' });
    await page.getByRole('heading', { name: 'It is your turn!' }).waitFor();
    await close();
  });

  test('are none where nothing can change: a booking that is over', async () => {
    const performanceId = await site.testApp.sell();
    const person = await site.testApp.person();
    await person.call('POST /v1/points/charges', { amount: { amount: 150_000, currency: 'KRW' } });
    const held = await person.call('POST /v1/reservations', { performanceId, seatIds: ['A-1-1'] });
    const { page, go, assertQuiet, close } = await site.visit({ person, language: 'en' });
    const streams = watchStreams(page.context());
    await go(`/reservations/${held.id}`);
    await until(async () => streams().length === 1);
    await person.call(`POST /v1/reservations/${held.id}/payments`, { method: 'points' });
    await page.getByText('Your booking is complete!').waitFor();
    // Its performance may be cancelled yet.
    await until(async () => streams().length === 1);
    await person.call(`DELETE /v1/reservations/${held.id}`);
    await page.getByText('This booking was cancelled').waitFor();
    await until(async () => streams().length === 0);
    await assertQuiet();
    await close();
  });
});
