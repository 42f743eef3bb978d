import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { launchChromium, skip } from './support/chromium.ts';
import { openTestApp, type TestApp } from './support/test-app.ts';
import { visit } from './support/visit.ts';

/** Two pixels differ by more than edges do that are painted in parts. */
const OFF_BY = 100;

/** Runs in the page: how many pixels of the map differ from those that were kept under a name. */
const COUNT_CHANGES = `
  globalThis.kept = {};
  const pixels = () => {
    const { width, height } = document.querySelector('.seat-map canvas');
    const context = document.querySelector('.seat-map canvas').getContext('2d');
    return context.getImageData(0, 0, width, height).data;
  };
  globalThis.keepMap = (name) => { kept[name] = pixels(); };
  globalThis.changesSince = (name) => {
    const now = pixels();
    let count = 0;
    for (let i = 0; i < now.length; i++) if (Math.abs(now[i] - kept[name][i]) > ${OFF_BY}) count++;
    return count;
  };
`;

describe('the picture of the map', { skip }, () => {
  let browser: Browser;
  let testApp: TestApp;

  before(async () => {
    [browser, testApp] = await Promise.all([launchChromium(), openTestApp()]);
  });

  after(async () => {
    await browser?.close();
    await testApp?.close();
  });

  const keep = (page: Page, name: string) => page.evaluate(`keepMap('${name}')`);
  const wait = (page: Page, condition: string) => until(() => page.evaluate<boolean>(condition));

  test('is the same whether a change was painted into it or all was painted again', async () => {
    const id = await testApp.sell();
    const other = await testApp.person();
    const { page, go, expectTrouble, assertQuiet, close } = await visit(browser, testApp.address);
    expectTrouble(/willReadFrequently/);
    await page.addInitScript(COUNT_CHANGES);
    await go(`/performances/${id}/seats`);
    await wait(page, `(keepMap('empty'), kept.empty.some((value) => value !== kept.empty[0]))`);
    const box = await page.locator('.seat-map-view').boundingBox();
    assert.ok(box);
    // Seats then lie across the edges of what the picture is put together from.
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 37, box.y + box.height / 2 + 23, { steps: 5 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
    await keep(page, 'before');
    await other.call('POST /v1/reservations', {
      performanceId: id,
      seatIds: ['A-1-5', 'A-2-5', 'A-2-6', 'B-1-10'],
    });
    await wait(page, `changesSince('before') > 0`);
    await keep(page, 'patched');
    await page.emulateMedia({ colorScheme: 'dark' });
    await wait(page, `changesSince('patched') > 10000`);
    await page.emulateMedia({ colorScheme: 'light' });
    await wait(page, `changesSince('patched') === 0`);
    await assertQuiet();
    await close();
  });
});
