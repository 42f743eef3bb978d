import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Person } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';

const TIMEOUT = { timeout: 90_000 };
const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

/** A step of what happened to a booking. */
const step = (page: Page, name: string, state: string) =>
  page.locator(`[data-step="${name}"][data-state="${state}"]`);

describePages('a performance that does not take place as planned', (site) => {
  const buy = async (performanceId: string, seatId: string) => {
    const person = await site.testApp.person();
    await person.call('POST /v1/points/charges', { amount: { amount: 90_000, currency: 'KRW' } });
    const { id } = await person.call('POST /v1/reservations', { performanceId, seatIds: [seatId] });
    await person.call(`POST /v1/reservations/${id}/payments`, { method: 'points' });
    return { person, id };
  };
  const points = async (person: Person) =>
    ((await person.call('GET /v1/points'))['balance'] as { readonly amount: number }).amount;

  test('that is postponed asks its buyers, who keep their tickets or hand them back', TIMEOUT, async () => {
    const { seller } = site.testApp;
    const performanceId = await site.testApp.sell();
    const [keeper, leaver] = [await buy(performanceId, 'B-1-1'), await buy(performanceId, 'B-1-2')];
    await seller.call(`POST /v1/performances/${performanceId}/postponement`, { startsAt: inDays(90) });

    const ko = await site.visit({ person: keeper.person, size: 'phone' });
    await ko.go('/reservations');
    await ko.page.getByText('공연이 연기되었습니다. 원래 일시').waitFor();
    await ko.picture('bookings-postponed-phone-ko');
    await ko.assertAccessible();
    await ko.page.getByRole('link', { name: '유지할지 반납할지 답하기' }).tap();
    await ko.page.getByRole('heading', { name: '공연이 연기되었습니다' }).waitFor();
    await step(ko.page, 'new-date', 'pending').waitFor();
    await ko.picture('booking-postponed-phone-ko');
    await ko.assertAccessible();
    await ko.page.getByRole('button', { name: '티켓 유지하기' }).tap();
    await step(ko.page, 'new-date', 'done').getByText('변경된 일시에도 티켓을 쓸 수 있습니다').waitFor();
    await ko.page.getByText('티켓을 쓰기로 하셨습니다').waitFor();
    await ko.page.getByText('모든 기록 보기').tap();
    await ko.page.getByText('변경된 일시에도 티켓 유지').waitFor();
    await ko.picture('booking-kept-phone-ko');
    await ko.assertAccessible();
    await ko.assertQuiet();
    await ko.close();

    const en = await site.visit({ person: leaver.person, language: 'en' });
    await en.go(`/reservations/${leaver.id}`);
    await en.page.getByText('Can you come on the new date?').waitFor();
    await en.picture('booking-postponed-en');
    await en.assertAccessible();
    await en.page.getByRole('button', { name: 'Hand back for a full refund' }).click();
    await en.page.getByRole('button', { name: 'Cancel and refund' }).click();
    await step(en.page, 'refund', 'done').getByText('Refund in points').waitFor();
    await step(en.page, 'new-date', 'undone').waitFor();
    assert.equal(await points(leaver.person), 90_000);
    await en.picture('booking-handed-back-en');
    await en.go(`/performances/${performanceId}`);
    await en.page.getByText('Postponed. It was to start on').waitFor();
    await en.picture('performance-postponed-en');
    await en.assertQuiet();
    await en.close();
  });

  test(
    'that is cancelled says so to a buyer who looks, with its reason and where the money is',
    TIMEOUT,
    async () => {
      const { seller } = site.testApp;
      const performanceId = await site.testApp.sell();
      const { person, id } = await buy(performanceId, 'B-1-1');
      const [ticket] = (await person.call('GET /v1/tickets'))['items'] as readonly {
        readonly code: string;
      }[];
      const ko = await site.visit({ person });
      await ko.go(`/reservations/${id}`);
      await step(ko.page, 'tickets', 'done').waitFor();
      await ko.picture('booking-steps-ko');
      await ko.assertAccessible();
      // Nothing is asked for again: the page hears of it by the stream of the booking.
      await seller.call(`POST /v1/performances/${performanceId}/cancellation`, {
        reason: '가수의 건강 문제',
      });
      await ko.page.getByText('주최 측 안내: 가수의 건강 문제').waitFor();
      await ko.page.getByText('90,000원이 포인트로 환불되었습니다').waitFor();
      await step(ko.page, 'refund', 'done').waitFor();
      assert.equal(await points(person), 90_000);
      assert.equal(await ko.page.getByRole('link', { name: '좌석 다시 고르기' }).count(), 0);
      await ko.picture('booking-cancelled-performance-ko');
      await ko.assertAccessible();
      await ko.close();

      const en = await site.visit({ person: seller, size: 'phone', language: 'en' });
      en.expectTrouble(/409/);
      await en.go(`/performances/${performanceId}`);
      await en.page.getByText('The performance is cancelled').waitFor();
      await en.picture('performance-cancelled-phone-en');
      await en.assertAccessible();
      await en.page.getByRole('link', { name: 'Other performances' }).tap();
      await en.page.getByText('Cancelled', { exact: true }).waitFor();
      await en.picture('concert-cancelled-phone-en');
      await en.go(`/gate/${performanceId}`);
      await en.page.getByLabel('Ticket code').fill(ticket!.code);
      await en.page.getByRole('button', { name: 'Check', exact: true }).tap();
      await en.page.getByText('The performance was cancelled: nobody is let in.').waitFor();
      await en.picture('gate-cancelled-phone-en');
      await en.assertAccessible();
      await en.assertQuiet();
      await en.close();
    },
  );
});
