import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePages } from '../support/test-site.ts';

/** 20:00 in Seoul, 06:00 in New York. */
const EVENING = '2030-03-01T11:00:00.000Z';

describePages('readers', (site) => {
  test('a time names the zone of its venue, and that of a reader whose clock shows another', async () => {
    const id = await site.testApp.sell({ startsAt: EVENING, roomEnabled: true });
    const there = '2030년 3월 1일 (금) 20:00 한국 시간';
    const korean = await site.visit();
    await korean.go(`/performances/${id}`);
    await korean.page.getByRole('definition').getByText(there, { exact: true }).first().waitFor();
    await korean.close();

    const person = await site.testApp.person();
    const visit = await site.visit({ person, language: 'en', timeZone: 'America/New_York', size: 'phone' });
    const both = 'Fri, 1 March 2030 20:00 Korean time (your time: Fri, 1 March 2030 06:00 New York Time)';
    for (const path of [`/performances/${id}`, `/performances/${id}/seats`, `/performances/${id}/line`]) {
      await visit.go(path);
      await visit.page.getByText(both).first().waitFor();
      assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth), 390, path);
    }
    await visit.go(`/performances/${id}`);
    await visit.picture('performance-far-away-phone-en');
    await visit.assertQuiet();
    await visit.close();
  });

  test('what a reader did is told by the clock of the reader', async () => {
    const person = await site.testApp.person();
    await person.call('POST /v1/points/charges', { amount: { amount: 10_000, currency: 'KRW' } });
    const { page, go, close } = await site.visit({ person, language: 'en', timeZone: 'America/New_York' });
    await go('/points');
    await page.getByRole('rowheader').getByText('New York Time').waitFor();
    await close();
  });

  test('a seller writes times by the clock of the venue', async () => {
    const id = await site.testApp.sell({ startsAt: EVENING, timeZone: 'America/New_York' });
    const { page, go, close } = await site.visit({ person: site.testApp.seller, language: 'en' });
    await go(`/seller/performances/${id}`);
    assert.equal(await page.getByLabel('Begins (New York Time)').inputValue(), '2030-03-01T06:00');
    await close();
  });

  test('a browser gets its own language, and the one that its reader chooses from then on', async () => {
    const { page, go, close } = await site.visit({ language: 'en' });
    const language = () => page.locator('html').getAttribute('lang');
    await go('/');
    assert.equal(await language(), 'en');
    await page.getByRole('button', { name: '한국어' }).click();
    await go('/tickets');
    assert.equal(await language(), 'ko');
    await close();
  });
});
