import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { WebSocket } from 'playwright-core';
import type { Person } from './support/test-app.ts';
import { describePages } from './support/test-site.ts';

describePages('the pages of operators', (site) => {
  let manager: Person;
  let performanceId: string;

  before(async () => {
    manager = await site.testApp.manager();
    performanceId = await site.testApp.sell({ roomEnabled: true });
    await site.testApp.seller.call(`PATCH /v1/performances/${performanceId}/room`, { state: 'paused' });
  });

  test('the settings of a room work while people stand in its line', async () => {
    const fan = await site.testApp.person();
    await fan.call(`POST /v1/performances/${performanceId}/room/entries`);
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: manager,
      language: 'en',
    });
    await go('/operations/rooms');
    const room = page.getByRole('listitem').filter({ hasText: 'Songs of a Spring Night' });
    await room.getByText('Paused', { exact: true }).waitFor();
    await room.getByLabel('Admissions a second').fill('7');
    await room.getByLabel('Inside at once').fill('3');
    await room.getByRole('button', { name: 'Apply' }).click();
    await room.getByText('In force.').waitFor();
    const { ratePerSecond, concurrency } = await site.testApp.seller.call(
      `GET /v1/performances/${performanceId}/room`,
    );
    assert.deepEqual([ratePerSecond, concurrency], [7, 3]);
    await room.getByRole('button', { name: 'Open', exact: true }).click();
    const admitted = room.locator('.tile', { hasText: 'Admitted in all' });
    await admitted.getByText('1', { exact: true }).waitFor();
    await room.getByRole('button', { name: 'Close', exact: true }).click();
    const question = room.getByRole('alertdialog');
    await assertAccessible();
    await picture('operations-rooms');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    const { state } = await site.testApp.seller.call(`GET /v1/performances/${performanceId}/room`);
    assert.equal(state, 'open');
    await assertQuiet();
    await close();
  });

  test('a room that changed while the connection was away shows so when it is back', async () => {
    const { page, go, expectTrouble, assertQuiet, close } = await site.visit({
      person: manager,
      language: 'en',
    });
    expectTrouble(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/);
    const change = (state: string) =>
      site.testApp.seller.call(`PATCH /v1/performances/${performanceId}/room`, { state });
    await go('/operations/rooms');
    await page.getByText('Live', { exact: true }).waitFor();
    await change('draining');
    await page.getByText('Draining', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('The connection is lost').waitFor();
    await change('open');
    await page.context().setOffline(false);
    await page.locator('.badge', { hasText: /^Open$/ }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await assertQuiet();
    await close();
  });

  test('a tab that nobody sees lets its streams go, and goes on when it is seen', async () => {
    const { page, go, assertQuiet, close } = await site.visit({ person: manager, language: 'en' });
    const show = (state: 'hidden' | 'visible') =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const isStomp = (socket: WebSocket) => socket.url().endsWith('/stomp');
    const opened = page.waitForEvent('websocket', isStomp);
    await go('/operations');
    await page.getByText('Live', { exact: true }).waitFor();
    const ended = (await opened).waitForEvent('close');
    await show('hidden');
    await ended;
    const reopened = page.waitForEvent('websocket', isStomp);
    await show('visible');
    const isResumed = ({ payload }: { payload: string | Buffer }) =>
      /\nresume:figures\.\d+\n/.test(String(payload));
    await (await reopened).waitForEvent('framesent', isResumed);
    await page.getByText('Live', { exact: true }).waitFor();
    await assertQuiet();
    await close();
  });

  test('the stats move, say that they are lost, and come back', async () => {
    const { page, go, picture, assertAccessible, expectTrouble, assertQuiet, close } = await site.visit({
      person: manager,
      language: 'en',
    });
    expectTrouble(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/);
    await go('/operations');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('img', { name: /^People in the rooms\. Now: / }).waitFor();
    await page.getByRole('cell', { name: 'fine' }).first().waitFor();
    await assertAccessible();
    await page.context().setOffline(true);
    await page.getByText('The connection is lost').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Live', { exact: true }).waitFor();
    await picture('operations-stats');
    await assertQuiet();
    await close();
  });

  test('the stats come over STOMP, and by the stream where there is no WebSocket', async () => {
    for (const isBlocked of [false, true]) {
      const { page, go, expectTrouble, assertQuiet, close } = await site.visit({
        person: manager,
        language: 'en',
      });
      expectTrouble(/WebSocket/);
      const streams: string[] = [];
      page.on('request', (request) => {
        if (request.url().endsWith('/figures/stream')) streams.push(request.url());
      });
      const sockets: string[] = [];
      page.on('websocket', (socket) => sockets.push(socket.url()));
      if (isBlocked) await page.routeWebSocket(/stomp/, (route) => route.close());
      await go('/operations');
      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('img', { name: /^People in the rooms\. Now: / }).waitFor();
      assert.equal(streams.length > 0, isBlocked, `${streams.length} streams`);
      if (!isBlocked)
        assert.ok(
          sockets.some((url) => url.endsWith('/stomp')),
          sockets.join(', '),
        );
      await assertQuiet();
      await close();
    }
  });

  test('a role is given and taken away after a question, points are credited, and all is on record', async () => {
    const person = await site.testApp.person('박둘리');
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: manager,
      isDark: true,
    });
    await go('/operations/accounts');
    await page.getByLabel('이메일이나 이름 검색').fill(person.credentials.email);
    const row = page.getByRole('listitem').filter({ hasText: '박둘리' });
    const seller = row.locator('.chip', { hasText: '판매자' });
    const question = row.getByRole('alertdialog');
    await seller.click();
    await question.getByRole('button', { name: '그만두기' }).click();
    await question.waitFor({ state: 'detached' });
    assert.equal(await seller.getAttribute('aria-pressed'), 'false');
    await seller.click();
    await picture('operations-accounts-question-dark');
    await question.getByRole('button', { name: '판매자 권한 주기' }).click();
    await row.locator('[aria-pressed="true"]', { hasText: '판매자' }).waitFor();
    const roles = async () => (await person.call('GET /v1/accounts/me'))['roles'];
    assert.deepEqual(await roles(), ['member', 'seller']);
    await assertAccessible();
    await picture('operations-accounts-dark');
    await seller.click();
    await question.getByRole('button', { name: '판매자 권한 빼기' }).click();
    await row.locator('[aria-pressed="false"]', { hasText: '판매자' }).waitFor();
    await row.getByRole('button', { name: '포인트 지급' }).click();
    await row.getByLabel('지급할 금액(원)').fill('12000');
    await row.getByLabel('사유').fill('현장 결제');
    await assertAccessible();
    await row.getByRole('button', { name: '12,000원 지급' }).click();
    await row.getByText('12,000원을 지급했습니다.').waitFor();
    await go('/operations/audit');
    await page.getByText(/박둘리 .*에게 12,000원 지급: 현장 결제/).waitFor();
    await page.getByText(/박둘리 .*의 판매자 권한을 뺌/).waitFor();
    await assertAccessible();
    await picture('operations-audit-dark');
    await assertQuiet();
    await close();
  });

  test('a crowd is sent; its line, its seats and the stats move; it goes when it is sent away', async () => {
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: manager,
      language: 'en',
    });
    await site.testApp.seller.call(`PATCH /v1/performances/${performanceId}/room`, {
      state: 'open',
      ratePerSecond: 1_000,
      concurrency: 500,
    });
    await go('/operations');
    assert.equal(await page.getByLabel('Fans (5,000 at most)').inputValue(), '5,000');
    assert.equal(await page.getByLabel('The waiting room lets in, per second').inputValue(), '50');
    await page.getByLabel('Fans (5,000 at most)').fill('60');
    await page.getByLabel('Seconds in which they arrive').fill('1');
    await page.getByRole('button', { name: 'Send 60 fans' }).click();
    await page.getByRole('link', { name: 'The waiting rooms' }).waitFor();
    const line = page.getByRole('link', { name: 'Stand in line yourself (new tab)' });
    assert.equal(await line.getAttribute('href'), `/performances/${performanceId}/line`);
    const room = await site.testApp.seller.call(`GET /v1/performances/${performanceId}/room`);
    assert.equal(room['ratePerSecond'], 50, 'slow enough that there is a queue');
    const lent = page.getByText(/lets in 50 a second\. Afterwards it is 1,000 again/);
    await lent.waitFor();
    await page.getByText('60 of 60 have come and gone').waitFor();
    await lent.waitFor({ state: 'detached' });
    const afterwards = await site.testApp.seller.call(`GET /v1/performances/${performanceId}/room`);
    assert.equal(afterwards['ratePerSecond'], 1_000, 'as it was before');
    const figure = async (name: string) =>
      Number(
        await page
          .getByRole('region', { name: 'Send fans' })
          .locator(`dt:text-is("${name}") + dd`)
          .innerText(),
      );
    assert.deepEqual([await figure('Arrived'), await figure('Errors')], [60, 0]);
    const sold = await figure('Seats sold');
    await page.getByRole('img', { name: new RegExp(`^40 seats: ${sold} sold`) }).waitFor();
    await page.locator('figure', { hasText: 'Held and sold' }).getByText(`Seats sold ${sold}`).waitFor();
    await assertAccessible();
    await picture('operations-crowd');

    await site.testApp.seller.call(`PATCH /v1/performances/${performanceId}/room`, { state: 'paused' });
    await page.getByRole('button', { name: 'Send 60 fans' }).click();
    await page.getByRole('button', { name: 'Send them away' }).click();
    await page.getByText('Sent away', { exact: true }).waitFor();
    await assertQuiet();
    await close();
  });

  test('no page of theirs is wider than a narrow window', async () => {
    const { page, go, picture, close } = await site.visit({
      person: manager,
      size: 'narrow',
      language: 'en',
    });
    // A room whose rate is lent to a crowd has most to say.
    await manager.call('POST /v1/demo/crowds', { performanceId, people: 1, ratePerSecond: 50 });
    for (const path of ['/operations', '/operations/rooms', '/operations/accounts', '/operations/audit']) {
      await go(path);
      await page.waitForFunction(() => document.querySelector('.skeleton') === null);
      const wanted = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wanted <= 320, `${path} is ${wanted} px wide`);
      await picture(`${path.slice(1).replace('/', '-')}-narrow-en`);
    }
    await close();
  });
});
