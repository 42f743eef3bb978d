import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Person } from './support/test-app.ts';
import { describePages } from './support/test-site.ts';
import type { VisitOptions } from './support/visit.ts';

type Counted = { notes: number };

/** Nobody hears a test; what would sound is counted. */
function countNotes(): void {
  const counted = globalThis as unknown as Counted;
  counted.notes = 0;
  const { start } = AudioScheduledSourceNode.prototype;
  AudioScheduledSourceNode.prototype.start = function count(when) {
    counted.notes++;
    start.call(this, when);
  };
}

describePages('many want the same', (site) => {
  const come = async (options: VisitOptions = {}) =>
    site.visit({ person: await site.testApp.person(), ...options });

  async function choose(page: Page, seat: string): Promise<void> {
    await page.getByRole('button', { name: '목록' }).click();
    await page.getByRole('button', { name: new RegExp(`^${seat},.*선택 가능`) }).click();
    await page.getByRole('button', { name: '배치도' }).click();
  }

  test('a chosen seat that another takes is lost at once, and the nearest is offered', async () => {
    const id = await site.testApp.sell();
    const [slow, fast] = [await come(), await site.testApp.person()];
    await slow.go(`/performances/${id}/seats`);
    await choose(slow.page, '5, 2열, A구역');
    await fast.call('POST /v1/reservations', { performanceId: id, seatIds: ['A-2-5'] });
    const alert = slow.page.getByRole('alert');
    await alert.getByText('A구역 2열 5번 좌석을 다른 분이 먼저 선택했습니다.').waitFor();
    assert.match((await alert.textContent()) ?? '', /A구역 2열 (4|6)번/);
    await slow.picture('seat-lost-ko');
    await slow.page.getByRole('button', { name: '가까운 좌석으로 바꾸기' }).click();
    await slow.page.getByRole('button', { name: '1석 예매하기' }).click();
    await slow.page.getByText('결제까지 남은 시간').waitFor();
    await slow.assertQuiet();
    await slow.close();
  });

  test('of two who press at once one wins; the other, whose map was late, is told and helped', async () => {
    const id = await site.testApp.sell();
    const two = [await come(), await come()];
    for (const { page, go, expectTrouble } of two) {
      // Neither map hears of changes: only the answer to the hold can tell.
      await page.route('**/seats/stream*', (route) => route.abort());
      expectTrouble(/seats\/stream/);
      expectTrouble(/409/);
      await go(`/performances/${id}/seats`);
      await choose(page, '5, 1열, A구역');
    }
    await Promise.all(two.map(({ page }) => page.getByRole('button', { name: '1석 예매하기' }).click()));
    const outcomes = await Promise.all(
      two.map(({ page }) =>
        Promise.race([
          page
            .getByText('결제까지 남은 시간')
            .waitFor()
            .then(() => 'won'),
          page
            .getByText('다른 분이 먼저 선택했습니다')
            .waitFor()
            .then(() => 'lost'),
        ]),
      ),
    );
    assert.deepEqual(
      outcomes.toSorted((a, b) => a.localeCompare(b)),
      ['lost', 'won'],
    );
    const loser = two[outcomes.indexOf('lost')]!;
    await loser.page.getByRole('button', { name: '가까운 좌석으로 바꾸기' }).click();
    await loser.page.getByRole('button', { name: '1석 예매하기' }).click();
    await loser.page.getByText('결제까지 남은 시간').waitFor();
    for (const { assertQuiet, close } of two) {
      await assertQuiet();
      await close();
    }
  });

  /** A line that does not move, with three people in it. */
  async function openLine(): Promise<{ readonly id: string; readonly first: readonly Person[] }> {
    const id = await site.testApp.sell({ roomEnabled: true });
    await site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, { state: 'paused' });
    const first = [await site.testApp.person(), await site.testApp.person(), await site.testApp.person()];
    for (const person of first) await person.call(`POST /v1/performances/${id}/room/entries`);
    return { id, first };
  }

  const admit = (id: string) =>
    site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, { state: 'open' });

  test('a reload in the line keeps the place, and the turn comes', async () => {
    const { id, first } = await openLine();
    const { page, go, picture, assertQuiet, close } = await come();
    await go(`/performances/${id}/line`);
    const place = page.locator('[data-number="4"][data-ahead="3"]');
    await place.waitFor();
    await picture('line-ko');
    await page.reload();
    await place.waitFor();
    await first[0]!.call(`DELETE /v1/performances/${id}/room/entries/me`);
    await page.locator('[data-number="4"][data-ahead="2"]').waitFor();
    await admit(id);
    await page.getByRole('button', { name: '입장하기' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: '입장하기' }).click();
    await page.locator('.seat-map').waitFor();
    await page.reload();
    await page.getByRole('button', { name: '예매하기' }).waitFor();
    await assertQuiet();
    await close();
  });

  test('a lost network is said, keeps the place, and comes back by itself', async () => {
    const { id, first } = await openLine();
    const { page, go, picture, expectTrouble, assertQuiet, close } = await come({ size: 'phone' });
    expectTrouble(/ERR_INTERNET_DISCONNECTED/);
    await go(`/performances/${id}/line`);
    await page.locator('[data-number="4"][data-ahead="3"]').waitFor();
    await page.context().setOffline(true);
    await page.getByText('연결이 끊겼지만 순서는 그대로입니다').waitFor();
    const offline = page.getByText('오프라인입니다');
    await offline.waitFor();
    await picture('line-lost-phone-ko');
    await first[2]!.call(`DELETE /v1/performances/${id}/room/entries/me`);
    await page.context().setOffline(false);
    await offline.waitFor({ state: 'detached' });
    await page.locator('[data-number="4"][data-ahead="2"]').waitFor();
    await page.locator('.live-badge[data-state="live"]').waitFor();
    await admit(id);
    await page.getByRole('button', { name: '입장하기' }).waitFor();
    await assertQuiet();
    await close();
  });

  test('a machine that slept asks for its place again; the turn is called by sound and title', async () => {
    const { id, first } = await openLine();
    const { page, go, assertQuiet, close } = await come({ language: 'en' });
    await page.addInitScript(countNotes);
    await page.clock.install();
    await go(`/performances/${id}/line`);
    await page.locator('[data-number="4"][data-ahead="3"]').waitFor();
    // Browsers let a page sound only after it was touched.
    await page.getByRole('heading', { level: 1 }).click();
    const asked = page.waitForRequest(/entries\/me\/stream$/);
    await page.clock.fastForward(60_000);
    await asked;
    await first[0]!.call(`DELETE /v1/performances/${id}/room/entries/me`);
    await page.locator('[data-number="4"][data-ahead="2"]').waitFor();
    await page.locator('.live-badge[data-state="live"]').waitFor();
    await admit(id);
    await page.getByRole('button', { name: 'Go in' }).waitFor();
    assert.equal(await page.title(), 'It is your turn!');
    assert.equal(await page.evaluate(() => (globalThis as unknown as Counted).notes), 3);
    await assertQuiet();
    await close();
  });

  test('who leaves the line loses the place, and may come again', async () => {
    const { id } = await openLine();
    const { page, go, assertQuiet, close } = await come({ language: 'en' });
    await go(`/performances/${id}/line`);
    await page.locator('[data-number="4"]').waitFor();
    await page.getByRole('button', { name: 'Leave the line' }).click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText('You have left the line').waitFor();
    await page.getByRole('button', { name: 'Join the line again' }).click();
    await page.locator('[data-number="5"][data-ahead="3"]').waitFor();
    await assertQuiet();
    await close();
  });
});
