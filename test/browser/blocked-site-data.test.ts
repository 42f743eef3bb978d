import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { launchWithoutSiteData } from './support/chromium.ts';
import { describePages } from './support/test-site.ts';
import { takePicture } from './support/visit.ts';

describePages('a browser that blocks site data', (site) => {
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];

  before(async () => {
    context = await launchWithoutSiteData(site.testApp.address);
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
  });

  after(() => context?.close());

  test('shows the shop, in the language of one’s choice', async () => {
    const id = await site.testApp.sell();
    await page.goto(`/performances/${id}`);
    await page.getByRole('link', { name: '좌석 고르기' }).click();
    await page.locator('.seat-map canvas').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Choose your seats').first().waitFor();
    await page.getByRole('button', { name: '한국어' }).click();
    assert.deepEqual(faults, []);
  });

  test('says at sign-in what is missing, wherever one comes from', async () => {
    for (const path of ['/sign-in', '/sign-up', '/reservations', '/seller', '/operations']) {
      await page.goto(path);
      await page.getByText('이 브라우저가 이 사이트의 데이터를 차단하고 있습니다').waitFor();
      assert.equal(await page.getByLabel('비밀번호').count(), 0, path);
    }
    await takePicture(page, 'site-data-blocked-ko');
    assert.deepEqual(faults, []);
  });
});
