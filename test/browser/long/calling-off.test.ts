import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { backIn } from '../../support/reservations/cards.ts';
import { until } from '../../support/until.ts';
import type { Person } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';

describePages('a performance that is called off', (site) => {
  let manager: Person;

  before(async () => {
    manager = await site.testApp.manager();
  });

  async function bought(buyer: Person, performanceId: string, seatId: string) {
    await buyer.call('POST /v1/points/charges', { amount: { amount: 150_000, currency: 'KRW' } });
    const { id } = await buyer.call('POST /v1/reservations', { performanceId, seatIds: [seatId] });
    await buyer.call(`POST /v1/reservations/${id}/payments`, { method: 'points' });
    return id;
  }

  async function boughtByCard(buyer: Person, performanceId: string, seatId: string) {
    const { id } = await buyer.call('POST /v1/reservations', { performanceId, seatIds: [seatId] });
    const payment = await buyer.call(`POST /v1/reservations/${id}/payments`, { method: 'card' });
    const decision = { decision: 'pay', behaviour: 'normal' };
    const made = await buyer.call(`POST /v1/simulated-checkouts/${payment.id}/decisions`, decision);
    const back = backIn(new URL(String(made['redirectUrl'])));
    await buyer.call(`POST /v1/payments/${payment.id}/confirmations`, back);
    return { id, paymentId: payment.id };
  }

  test('is cancelled in Korean: what goes back is said before, and who was refused afterwards', async () => {
    const { seller, database } = site.testApp;
    const performanceId = await site.testApp.sell();
    const [byPoints, byCard] = [await site.testApp.person('박둘리'), await site.testApp.person('김하나')];
    await bought(byPoints, performanceId, 'A-1-1');
    const { id, paymentId } = await boughtByCard(byCard, performanceId, 'B-1-1');
    const charge = (status: string) =>
      database.query('update simulated_charge set status = $2 where payment_id = $1', [paymentId, status]);
    await charge('refused');
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({ person: seller });
    await go(`/seller/performances/${performanceId}`);
    await page.getByText('이 회차 취소하기').click();
    await page.getByRole('button', { name: '회차 취소', exact: true }).click();
    await page.getByText('취소 사유를 입력해 주세요.').waitFor();
    await page.getByLabel('취소 사유').fill('출연자의 건강 문제');
    await page.getByRole('button', { name: '회차 취소', exact: true }).click();
    const question = page.getByRole('alertdialog');
    await question.getByText('예매 2건의 결제 금액 240,000원을 모두 환불할까요?').waitFor();
    await assertAccessible();
    await picture('calling-off-question');
    await question.getByRole('button', { name: '취소하고 환불하기' }).click();
    await page.getByText('취소 사유: 출연자의 건강 문제').waitFor();
    assert.equal(
      await page.evaluate(() => document.activeElement?.textContent),
      '취소와 환불 진행 상황',
      'the focus is where the answer is',
    );
    // The provider has refused often enough, and is asked once more.
    const askedOften = `update payment set attempts = 9, follow_up_at = now()
      where id = $1 and status = 'refunding' returning id`;
    await until(
      () => database.query(askedOften, [paymentId]),
      (rows) => rows.length === 1,
    );
    await page.getByText('환불하고 있습니다. 예매 2건 가운데 1건을 환불했습니다.').waitFor();
    await page.getByText(/^\d+번 시도, 거절됨$/).waitFor();
    await page.getByText('운영자에게 예매 번호를 알려').waitFor();
    await page.getByText(id, { exact: true }).waitFor();
    await assertAccessible();
    await picture('calling-off-refused');
    await page.getByRole('link', { name: '김하나님 예매의 처리 내역' }).click();
    await page.getByRole('heading', { name: '예매 처리 내역' }).waitFor();
    const refund = page.getByRole('listitem').filter({ hasText: '환불 (카드)' });
    await refund.getByText('확인 필요').waitFor();
    await refund
      .getByText(/refund_refused/)
      .first()
      .waitFor();
    await assertAccessible();
    await picture('saga-parked');

    await charge('charged');
    await manager.call('POST /v1/dead-letters/redrives', { consumer: 'refunds' });
    await refund.getByText('완료', { exact: true }).waitFor();
    await go(`/seller/performances/${performanceId}`);
    await page.getByText('환불이 모두 끝났습니다. 예매 2건을 환불했습니다.').waitFor();
    assert.equal(await page.getByRole('button', { name: '저장' }).count(), 0);
    await assertQuiet();
    await close();
  });

  test('is postponed in English on a phone, and what its buyers say is counted', async () => {
    const performanceId = await site.testApp.sell({ startsAt: '2031-05-01T10:00:00Z' });
    const buyer = await site.testApp.person();
    const id = await bought(buyer, performanceId, 'A-1-1');
    const { page, go, picture, assertAccessible, expectTrouble, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
      size: 'phone',
      isDark: true,
    });
    expectTrouble(/412/);
    await go(`/seller/performances/${performanceId}`);
    await page.getByText('Postpone this performance').tap();
    const start = page.getByLabel('New start (Korean time)');
    const press = (name: string) => page.getByRole('button', { name, exact: true }).tap();
    await start.fill('2031-04-30T19:00');
    await press('Postpone the performance');
    await page.getByText('later than the present start').waitFor();
    await start.fill('2031-06-01T19:00');
    await press('Postpone the performance');
    await page.getByText('New start: Sun, 1 June 2031 19:00 Korean time').waitFor();
    await assertAccessible();
    await picture('postponing-phone');
    // Nobody agrees to what has changed under their eyes.
    await manager.call(`PATCH /v1/performances/${performanceId}`, { limitPerPerson: 7 });
    await press('Postpone it');
    await page.getByText('Somebody else has changed this').first().waitFor();
    await page.locator('input[type="number"][value="7"]').waitFor();
    await press('Postpone the performance');
    await press('Postpone it');
    const kept = page.locator('.tile', { hasText: 'Keep their tickets' });
    await kept.getByText('0', { exact: true }).waitFor();
    await buyer.call(`POST /v1/reservations/${id}/postponement-answers`, { answer: 'keep' });
    await go(`/seller/performances/${performanceId}`);
    await kept.getByText('1', { exact: true }).waitFor();
    await page.getByText('Buyers can choose until: Sun, 1 June 2031 19:00 Korean time').waitFor();
    await assertAccessible();
    await picture('postponed-phone');
    await page.getByRole('link', { name: 'Bookings' }).tap();
    await page.getByRole('link', { name: 'What happened' }).first().waitFor();
    await assertAccessible();
    await picture('bookings-phone');
    await page.getByRole('link', { name: 'What happened' }).first().tap();
    await page.getByText('The buyer keeps the tickets for the new date.').waitFor();
    await assertAccessible();
    await picture('saga-phone');
    await assertQuiet();
    await close();
  });

  test('is on record for managers, who find a booking by its number', async () => {
    const performanceId = await site.testApp.sell();
    const id = await bought(await site.testApp.person(), performanceId, 'A-1-1');
    const { seller } = site.testApp;
    await seller.call(`POST /v1/performances/${performanceId}/postponement`, {
      startsAt: '2031-06-01T10:00:00Z',
    });
    await seller.call(`POST /v1/performances/${performanceId}/cancellation`, { reason: 'The hall burned' });
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: manager,
      language: 'en',
    });
    await go('/operations/audit');
    const own = page.locator('li', { has: page.locator(`a[href="/seller/performances/${performanceId}"]`) });
    await own.getByText('cancelled the performance: The hall burned').waitFor();
    await own.getByText(/postponed the performance from .* to Sun, 1 June 2031 19:00/).waitFor();
    await assertAccessible();
    await picture('audit-called-off');
    await go('/operations/accounts');
    await page.getByRole('link', { name: 'Find a booking' }).click();
    await page.getByLabel('Number of the booking').fill('12');
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByText('Please check the number.').waitFor();
    await assertAccessible();
    await picture('find-booking');
    await page.getByLabel('Number of the booking').fill(` https://tickets.example/reservations/${id} `);
    await page.getByRole('button', { name: 'Find', exact: true }).click();
    await page.getByText('The money is back where it came from.').waitFor();
    await assertQuiet();
    await close();
  });
});
