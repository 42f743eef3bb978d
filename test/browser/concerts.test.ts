import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arenaPlan } from '../../src/demo/plans/arena.ts';
import { seatPlaces } from './support/seat-places.ts';
import { describePages } from './support/test-site.ts';
import { pinch } from './support/two-fingers.ts';

const HOUR_MS = 3_600_000;

/** What a map of 20,000 seats may weigh before anything of it is seen. */
const FIRST_PAYLOAD_BYTES_MAX = 60_000;

describePages('looking around', (site) => {
  test('concerts are searched and filtered, and the address keeps what was looked for', async () => {
    for (const [title, titleEn, category] of [
      ['겨울 바다', 'Winter Sea', 'classical'],
      ['여름 숲', 'Summer Wood', 'musical'],
    ])
      await site.testApp.seller.call('POST /v1/concerts', { title, titleEn, artist: '아무개', category });
    const { page, go, assertQuiet, close } = await site.visit();
    const [winter, summer] = ['겨울 바다', '여름 숲'].map((name) => page.getByRole('link', { name }));
    assert.ok(winter && summer);
    await go('/');
    await summer.waitFor();
    await page.getByRole('searchbox').fill('winter');
    await summer.waitFor({ state: 'detached' });
    await winter.waitFor();
    await page.reload();
    await winter.waitFor();
    assert.equal(await summer.count(), 0);
    await page.getByRole('button', { name: '뮤지컬' }).click();
    await page.getByText('조건에 맞는 공연이 없습니다.').waitFor();
    await page.getByRole('button', { name: '조건 지우기' }).click();
    await summer.waitFor();
    await page.getByRole('combobox', { name: '정렬' }).selectOption('title');
    await page.waitForURL(/sort=title/);
    await assertQuiet();
    await close();
  });

  test('names stand in the reader’s language, or else as they are, whatever they are made of', async () => {
    const plain = '데뷔 10주년 콘서트 · 2027';
    const ids = {
      both: await site.testApp.sell({ title: '봄의 끝', titleEn: 'The End of Spring' }),
      plain: await site.testApp.sell({ title: plain, titleEn: null }),
    };
    for (const [language, title, place] of [
      ['ko', '봄의 끝', '하나홀, 대극장'],
      ['en', 'The End of Spring', 'Hana Hall, Main'],
    ] as const) {
      const { page, go, picture, assertQuiet, close } = await site.visit({ language });
      await go('/');
      await page.getByRole('link', { name: plain, exact: true }).waitFor();
      await page.getByRole('link', { name: title, exact: true }).click();
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await page.getByText(place).waitFor();
      await picture(`concert-names-${language}`);
      for (const [id, name] of [
        [ids.both, title],
        [ids.plain, plain],
      ] as const) {
        await go(`/performances/${id}`);
        await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
      }
      await assertQuiet();
      await close();
    }
  });

  test('a countdown ends in the opening, without a reload, also where the clock is an hour fast', async () => {
    const { page, go, assertQuiet, close } = await site.visit({ language: 'en' });
    await page.clock.install({ time: Date.now() + HOUR_MS });
    // Long enough for a slow machine to draw the page before it.
    const id = await site.testApp.sell({ opensInMs: 8_000 });
    await go(`/performances/${id}`);
    await page.getByRole('timer').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Choose seats' }).count(), 0);
    await page.getByRole('link', { name: 'Choose seats' }).click();
    await page.locator('.seat-map').waitFor();
    await assertQuiet();
    await close();
  });

  test('a map of 20,000 seats comes light, sections first, and comes closer by wheel and hand', async () => {
    const id = await site.testApp.sell({ plan: arenaPlan() });
    const { page, go, picture, assertQuiet, close } = await site.visit();
    const sizes: number[] = [];
    page.on('response', async (response) => {
      if (/\/seats$|\/seat-plans\//.test(new URL(response.url()).pathname))
        sizes.push((await response.request().sizes()).responseBodySize);
    });
    await go(`/performances/${id}/seats`);
    const box = await page.locator('.seat-map-view').boundingBox();
    assert.ok(box);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(sizes.length >= 2 && bytes < FIRST_PAYLOAD_BYTES_MAX, `${bytes} bytes`);
    // A seat of the floor, before the stage: by a section, then nearer, then itself.
    const [x, y] = [box.x + box.width / 2, box.y + box.height * 0.42];
    for (let step = 0; step < 6; step++) {
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, -400);
    }
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 30, y + 20, { steps: 4 });
    await page.mouse.up();
    await picture('seats-close-ko');
    assert.equal(await page.locator('.choice-seat').count(), 0, 'a drag chooses nothing');
    for (let step = 0; step < 60 && (await page.locator('.choice-seat').count()) === 0; step++)
      await page.mouse.click(x - 120 + step * 5, y + (step % 7) * 5);
    await page.locator('.choice-seat').first().waitFor();
    await assertQuiet();
    await close();
  });

  test('two fingers take hold of the map: what is between them stays there, and the page stays as it is', async () => {
    const id = await site.testApp.sell({ plan: arenaPlan() });
    const { page, go, picture, assertQuiet, close } = await site.visit({ size: 'phone', language: 'en' });
    await go(`/performances/${id}/seats`);
    const placeOf = await seatPlaces(page, id);
    const [seat, there] = ['F2-10-12', { x: 172, y: 370 }];
    const chosen = page.locator('.choice-seat');
    const chosenSeat = page.locator(`[data-seat="${seat}"]`);

    await pinch(page, await placeOf(seat), { from: 20, to: 400, end: there });
    await picture('seats-pinched-phone-en');
    assert.equal(await chosen.count(), 0, 'fingers that move choose nothing');
    await page.touchscreen.tap(there.x, there.y);
    await chosenSeat.waitFor();
    assert.equal(await chosen.count(), 1);

    await pinch(page, there, { from: 400, to: 20 });
    await page.touchscreen.tap(there.x, there.y);
    assert.equal(await chosen.count(), 1, 'far away again: a tap comes closer and chooses nothing');
    assert.equal(await page.evaluate(() => visualViewport?.scale), 1);
    await assertQuiet();
    await close();
  });

  test('an address that leads nowhere shows a page that says so', async () => {
    const { page, go, expectTrouble, assertQuiet, close } = await site.visit();
    expectTrouble(/404.*no-such-page/);
    await go('/no-such-page');
    await page.getByRole('heading', { name: '페이지를 찾을 수 없습니다' }).waitFor();
    await page.getByRole('link', { name: '처음으로' }).click();
    await page.getByRole('searchbox').waitFor();
    await assertQuiet();
    await close();
  });
});
