import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { describePages, type TestSite } from './support/test-site.ts';
import { PLACE_SPENT, type VisitOptions } from './support/visit.ts';

/** Somebody in the line of a room that does not move. */
async function waitIn(site: TestSite, options: Pick<VisitOptions, 'size' | 'language'> = {}) {
  const id = await site.testApp.sell({ roomEnabled: true });
  const change = (what: object) => site.testApp.seller.call(`PATCH /v1/performances/${id}`, what);
  const changeRoom = (what: object) => site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, what);
  await changeRoom({ state: 'paused' });
  const person = await site.testApp.person();
  const visit = await site.visit({ person, language: 'en', ...options });
  await visit.go(`/performances/${id}/line`);
  await visit.page.getByText(/^(Your number: 1|내 대기 번호 1번)$/).waitFor();
  const said = (words: string) => visit.page.getByText(words, { exact: true }).waitFor();
  return { ...visit, id, person, change, changeRoom, said };
}

describePages('the end of a wait', (site) => {
  const waiting = (size: 'desktop' | 'phone' = 'desktop') => waitIn(site, { size });

  test('a room that is closed by hand says so, and goes on with the same number when it opens again', async () => {
    const { page, changeRoom, said, picture, expectTrouble, assertQuiet, close } = await waiting('phone');
    expectTrouble(/409.*entries/);
    await changeRoom({ state: 'closed' });
    await said('The waiting room is closed');
    await picture('line-closed-phone-en');
    await changeRoom({ state: 'paused' });
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('Your number: 1').waitFor();
    await assertQuiet();
    await close();
  });

  test('a sale that ends says so, and leads to the other performances', async () => {
    const { page, change, said, assertQuiet, close } = await waiting();
    await change({ closesAt: new Date().toISOString() });
    await said('The sale is over');
    await page.getByRole('link', { name: 'Other performances' }).click();
    await page.waitForURL(/\/concerts\//);
    await assertQuiet();
    await close();
  });

  test('a room that is switched off says that seats are sold to all, and leads to them', async () => {
    const { page, change, said, assertQuiet, close } = await waiting();
    await change({ roomEnabled: false });
    await said('There is no line any more');
    await page.getByRole('link', { name: 'Choose seats' }).click();
    await page.locator('.seat-map').waitFor();
    await assertQuiet();
    await close();
  });

  test('a place that was left elsewhere says so, and another one can be had', async () => {
    const { page, id, person, said, expectTrouble, assertQuiet, close } = await waiting();
    expectTrouble(PLACE_SPENT);
    await person.call(`DELETE /v1/performances/${id}/room/entries/me`);
    await said('You left the line elsewhere');
    await page.getByRole('button', { name: 'Join the line again' }).click();
    await page.getByText('Your number: 2').waitFor();
    await assertQuiet();
    await close();
  });

  test('an admission that was used leads to the bookings', async () => {
    const { page, id, person, changeRoom, said, expectTrouble, assertQuiet, close } = await waiting();
    expectTrouble(PLACE_SPENT);
    await changeRoom({ state: 'open' });
    await said('It is your turn!');
    const { pass } = await person.call(`GET /v1/performances/${id}/room/entries/me`);
    await person.call('POST /v1/points/charges', { amount: { amount: 150_000, currency: 'KRW' } });
    const seats = { performanceId: id, seatIds: ['A-1-1'] };
    const held = await person.call('POST /v1/reservations', seats, { 'room-pass': String(pass) });
    await person.call(`POST /v1/reservations/${held.id}/payments`, { method: 'points' });
    await said('You have booked');
    await page.getByRole('button', { name: 'Join the line to book more' }).waitFor();
    await page.getByRole('link', { name: 'See my bookings' }).click();
    await page.waitForURL(/\/reservations$/);
    await assertQuiet();
    await close();
  });
});

const SHORT = {
  PASS_TTL_MS: '1500',
  PASS_AGE_MAX_MS: '1500',
  SILENT_AFTER_MS: '1000',
};

describePages(
  'the end of a wait by time',
  (site) => {
    test('an admission that ran out says so, and leads back into the line and to what is held', async () => {
      const { page, id, person, changeRoom, said, picture, assertAccessible, assertQuiet, close } =
        await waitIn(site, { language: 'ko', size: 'phone' });
      await changeRoom({ state: 'open' });
      await said('입장 시간이 지났습니다');
      await picture('line-expired-phone');
      await assertAccessible();
      await page.getByRole('link', { name: '내 예매 보기' }).waitFor();
      await changeRoom({ state: 'paused' });
      await page.getByRole('button', { name: '다시 줄 서기' }).click();
      await page.getByText('내 대기 번호 2번').waitFor();
      const entry = await person.call(`GET /v1/performances/${id}/room/entries/me`);
      assert.equal(entry['number'], 2);
      await assertQuiet();
      await close();
    });

    test('somebody who was away for too long is told so on coming back, and can join again', async () => {
      const { page, id, changeRoom, said, picture, expectTrouble, assertQuiet, close } = await waitIn(site, {
        language: 'ko',
      });
      expectTrouble(/404.*entries|ERR_INTERNET_DISCONNECTED/);
      await changeRoom({ graceMs: 1_000 });
      await page.context().setOffline(true);
      const room = () => site.testApp.seller.call(`GET /v1/performances/${id}/room`);
      await until(room, ({ silent }) => silent === 1);
      const other = await site.testApp.person();
      await other.call(`POST /v1/performances/${id}/room/entries`);
      await changeRoom({ state: 'open' });
      await until(room, ({ silent, admittedTotal }) => silent === 0 && Number(admittedTotal) > 0);
      await changeRoom({ state: 'paused' });
      await page.context().setOffline(false);
      await said('자리를 오래 비워 순서가 지나갔습니다');
      await picture('line-dropped');
      await page.getByRole('button', { name: '다시 줄 서기' }).click();
      await page.getByText('내 대기 번호 3번').waitFor();
      await assertQuiet();
      await close();
    });
  },
  SHORT,
);
