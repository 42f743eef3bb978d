import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { arenaPlan } from '../../../src/demo/plans/arena.ts';
import { describePages } from '../support/house.ts';
import type { Person } from '../support/stage.ts';

describePages('the pages are for everybody', (house) => {
  let person: Person;
  /** Every page of the shop, with something on it. */
  let pages: Readonly<Record<string, string>>;

  before(async () => {
    person = await house.stage.person();
    pages = await furnish();
  });

  async function furnish(): Promise<Record<string, string>> {
    const [performanceId, roomId, laterId] = await Promise.all([
      house.stage.sell({ plan: arenaPlan() }),
      house.stage.sell({ roomEnabled: true }),
      house.stage.sell({ roomEnabled: true, opensInMs: 3_600_000 }),
    ]);
    await house.stage.seller.call(`PATCH /v1/performances/${roomId}/room`, { state: 'paused' });
    const seats = await person.call(`GET /v1/performances/${performanceId}/seats/list?limit=3`);
    const [one, two, three] = seats['items'] as readonly { readonly id: string }[];
    const reserve = (seatIds: readonly (string | undefined)[]) =>
      person.call('POST /v1/reservations', { performanceId, seatIds });
    await person.call('POST /v1/points/charges', { amount: { amount: 400_000, currency: 'KRW' } });
    const bought = await reserve([one?.id, two?.id]);
    await person.call(`POST /v1/reservations/${bought.id}/payments`, { method: 'points' });
    const held = await reserve([three?.id]);
    const tickets = await person.call('GET /v1/tickets');
    const performance = await person.call(`GET /v1/performances/${performanceId}`);
    return {
      concerts: '/',
      concert: `/concerts/${String(performance['concertId'])}`,
      performance: `/performances/${performanceId}`,
      'performance-before-opening': `/performances/${laterId}`,
      line: `/performances/${roomId}/line`,
      seats: `/performances/${performanceId}/seats`,
      reservations: '/reservations',
      'reservation-held': `/reservations/${held.id}`,
      'reservation-confirmed': `/reservations/${bought.id}`,
      tickets: '/tickets',
      ticket: `/tickets/${(tickets['items'] as readonly { readonly id: string }[])[0]!.id}`,
      points: '/points',
      'sign-in': '/sign-in',
      'sign-up': '/sign-up',
      'seats-list': `/performances/${performanceId}/seats`,
    };
  }

  /** Until what the page shows has come. */
  async function settle(page: Page, name: string): Promise<void> {
    if (name === 'seats-list') await page.getByRole('button', { name: '목록' }).click();
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  }

  for (const isDark of [false, true]) {
    test(`axe finds nothing on any page, in the ${isDark ? 'dark' : 'light'}`, async () => {
      const { page, go, picture, assertAccessible, assertQuiet, close } = await house.visit({
        person,
        isDark,
        size: isDark ? 'phone' : 'desktop',
      });
      for (const [name, path] of Object.entries(pages)) {
        await go(path);
        await settle(page, name);
        await assertAccessible();
        await picture(`${name}-${isDark ? 'phone-dark' : 'desktop'}`);
      }
      await assertQuiet();
      await close();
    });
  }

  for (const size of ['narrow', 'wide'] as const) {
    test(`no page is wider than a ${size} window`, async () => {
      const { page, go, picture, close } = await house.visit({
        person,
        size,
        language: 'en',
      });
      for (const [name, path] of Object.entries(pages)) {
        await go(path);
        await settle(page, name === 'seats-list' ? 'seats' : name);
        const { wanted, given } = await page.evaluate(() => ({
          wanted: document.documentElement.scrollWidth,
          given: innerWidth,
        }));
        assert.ok(wanted <= given, `${name} is ${wanted} px wide in ${given}`);
        await picture(`${name}-${size}-en`);
      }
      await close();
    });
  }

  test('after a change of pages the focus is at its heading, and the title says where one is', async () => {
    const { page, go, close } = await house.visit({ language: 'en' });
    await go('/');
    await page.getByRole('link', { name: 'Songs of a Spring Night' }).first().click();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    assert.match(await page.title(), /^Songs of a Spring Night · firstcome$/);
    await close();
  });

  test('the language is remembered, and is that of the document', async () => {
    const { page, go, close } = await house.visit();
    await go('/');
    assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
    await page.getByRole('button', { name: 'English' }).click();
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await close();
  });
});
