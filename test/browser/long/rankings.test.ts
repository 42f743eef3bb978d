import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeatPlan } from '../../../src/modules/catalogue/index.ts';
import { until } from '../../support/until.ts';
import { describePages } from '../support/test-site.ts';

/** The list looks again this often. */
const REFRESH_MS = 15_000;

/** So small that few people sell it out. */
const studio: SeatPlan = {
  sections: [
    {
      id: 'A',
      rows: [{ id: '1', runs: [{ grade: 'R', first: 1, count: 12, at: [0, 0], by: [10, 0] }] }],
    },
  ],
};

describePages('what sells', (site) => {
  /** Somebody buys these seats, or only holds them. */
  async function take(performanceId: string, [first, last]: readonly [number, number], isPaid = true) {
    const person = await site.testApp.person();
    const seatIds = Array.from({ length: last - first + 1 }, (_, i) => `A-1-${first + i}`);
    const { id } = await person.call('POST /v1/reservations', { performanceId, seatIds });
    if (!isPaid) return;
    await person.call('POST /v1/points/charges', { amount: { amount: 480_000, currency: 'KRW' } });
    await person.call(`POST /v1/reservations/${id}/payments`, { method: 'points' });
  }

  const sell = (title: string, titleEn: string) => site.testApp.sell({ title, titleEn, plan: studio });

  /** Until the rankings and the list have heard of it. */
  const untilTold = (performanceId: string, remainingTotal: number) =>
    until(async () => {
      const { items } = await site.testApp.seller.call('GET /v1/rankings/selling-now');
      return (items as { performanceId: string; remainingTotal: number }[]).some(
        (item) => item.performanceId === performanceId && item.remainingTotal === remainingTotal,
      );
    });

  /** Until the list that the page asks for, which is remembered for moments, says so. */
  const untilListed = (remainingTotal: number) =>
    until(async () => {
      const { items } = await site.testApp.seller.call('GET /v1/concerts?sort=date&q=slow&limit=24');
      return (items as { remainingTotal: number }[]).every((item) => item.remainingTotal === remainingTotal);
    });

  test('is ranked, with what is left of it, and the ranking leads to it', async () => {
    const [busy, gone] = [await sell('바쁜 밤', 'Busy Night'), await sell('순식간', 'Gone in a Moment')];
    for (const seats of [
      [1, 4],
      [5, 8],
      [9, 11],
    ] as const)
      await take(busy, seats);
    for (const seats of [
      [1, 4],
      [5, 8],
      [9, 12],
    ] as const)
      await take(gone, seats);
    await untilTold(busy, 1);
    await untilTold(gone, 0);

    const { page, go, picture, assertQuiet, close } = await site.visit();
    await go('/');
    const selling = page.getByRole('region', { name: '지금 많이 예매하는 공연' }).getByRole('listitem');
    await selling.nth(1).waitFor();
    const told = await selling.allInnerTexts();
    assert.match(told[0] ?? '', /^1\s+순식간\s[^]*\s최근 1시간 12석\s+매진$/);
    assert.match(told[1] ?? '', /^2\s+바쁜 밤\s[^]*\s최근 1시간 11석\s+매진 임박$/);
    const fastest = page.getByRole('region', { name: '가장 빨리 매진된 공연' });
    await fastest.getByText(/만에 매진$/).waitFor();
    await picture('rankings-ko');
    await fastest.getByRole('link', { name: '순식간' }).click();
    await page.getByRole('heading', { name: '순식간', level: 1 }).waitFor();
    await page.getByText('12석 중 0석 남음').waitFor();
    await page.getByText('매진', { exact: true }).waitFor();
    await assertQuiet();
    await close();
  });

  test('says in the list how much of it is left, also when all that is left is held', async () => {
    const id = await sell('느린 아침', 'Slow Morning');
    const { page, go, assertQuiet, close } = await site.visit({
      language: 'en',
      size: 'phone',
      isDark: true,
    });
    const card = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: 'Slow Morning' }) });
    await page.clock.install();
    await go('/?q=slow');
    await card.getByText('12 seats left').waitFor();
    await card.getByText('On sale').waitFor();
    for (const seats of [
      [1, 4],
      [5, 8],
    ] as const)
      await take(id, seats);
    await take(id, [9, 11], false);
    // Nobody reloads: the list looks again by itself.
    await untilListed(1);
    await page.clock.fastForward(REFRESH_MS);
    await card.getByText('1 seat left').waitFor();
    await card.getByText('Few left').waitFor();
    await take(id, [12, 12], false);
    await untilListed(0);
    await page.clock.fastForward(REFRESH_MS);
    await card.getByText('All seats held').waitFor();
    await assertQuiet();
    await close();
  });
});
