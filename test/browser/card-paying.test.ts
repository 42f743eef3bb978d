import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Person } from './support/test-app.ts';
import { describePages } from './support/test-site.ts';

const TIMEOUT = { timeout: 90_000 };

describePages('paying by card', (site) => {
  let performanceId: string;

  before(async () => {
    performanceId = await site.testApp.sell();
  });

  const hold = async (person: Person, ...seatIds: string[]) =>
    (await person.call('POST /v1/reservations', { performanceId, seatIds })).id;

  test('in Korean: declined, tried again, bought, cancelled, and back on the card', TIMEOUT, async () => {
    const person = await site.testApp.person();
    const id = await hold(person, 'B-1-1');
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({ person });
    await go(`/reservations/${id}`);
    await page.getByLabel('카드', { exact: true }).check();
    await picture('card-chosen-ko');
    await assertAccessible();
    await page.getByRole('button', { name: '카드로 90,000원 결제' }).click();

    await page.getByRole('heading', { name: '카드 결제' }).waitFor();
    await page.waitForURL(/\/checkout\//);
    await picture('checkout-ko');
    await assertAccessible();
    await page.getByRole('button', { name: '카드사에서 거절하기' }).click();
    await page.getByText('카드 결제가 거절되었습니다').waitFor();
    await picture('card-declined-ko');

    assert.ok(await page.getByLabel('카드', { exact: true }).isChecked());
    await page.getByRole('button', { name: '카드로 90,000원 결제' }).click();
    await page.getByRole('button', { name: '90,000원 카드 결제' }).click();
    await page.getByText('예매가 완료되었습니다!').waitFor();
    assert.doesNotMatch(page.url(), /paymentKey/);
    await picture('card-confirmed-ko');
    await assertAccessible();

    await page.getByRole('button', { name: '예매 취소' }).click();
    await page.getByText('결제한 카드로 환불되고').waitFor();
    await picture('card-cancel-ko');
    await page.getByRole('button', { name: '취소하고 환불받기' }).click();
    await page.getByText('취소된 예매입니다').waitFor();
    await page.getByText('90,000원이 카드로 환불되었습니다').waitFor();
    await page.locator('[data-step="refund"][data-state="done"]').waitFor();
    assert.equal(await page.getByRole('link', { name: '포인트 내역' }).count(), 0);
    await picture('card-refunded-ko');
    const points = (await person.call('GET /v1/points'))['balance'] as { readonly amount: number };
    assert.equal(points.amount, 0);
    await assertQuiet();
    await close();
  });

  test(
    'in English, on a phone: left, gone on with, and bought from a provider that is slow',
    TIMEOUT,
    async () => {
      const person = await site.testApp.person();
      const id = await hold(person, 'B-1-2');
      const visit = await site.visit({ person, size: 'phone', language: 'en' });
      const { page, go, picture, assertAccessible, assertQuiet, close } = visit;
      await go(`/reservations/${id}`);
      await page.getByText('Card', { exact: true }).tap();
      await page.getByRole('button', { name: 'Pay ₩90,000 by card' }).tap();
      await page.getByRole('button', { name: 'Go back without paying' }).waitFor();
      await picture('checkout-phone-en');
      await assertAccessible();
      await page.getByRole('button', { name: 'Go back without paying' }).tap();
      await page.getByText('You have not finished paying by card').waitFor();
      await picture('card-left-phone-en');

      await page.getByText('Card', { exact: true }).tap();
      await page.getByRole('button', { name: 'Pay ₩90,000 by card' }).tap();
      await page.getByLabel('What the provider does').selectOption('delay');
      await page.getByRole('button', { name: 'Pay ₩90,000 by card' }).tap();
      await page.getByText('Your card payment is being checked').waitFor();
      await picture('card-checking-phone-en');
      await page.getByText('Your booking is complete!').waitFor();
      await picture('card-confirmed-phone-en');
      await assertQuiet();
      await close();
    },
  );

  test(
    'a card that is declined when it is to be charged says so, and points pay instead',
    TIMEOUT,
    async () => {
      const person = await site.testApp.person();
      await person.call('POST /v1/points/charges', { amount: { amount: 90_000, currency: 'KRW' } });
      const id = await hold(person, 'B-1-3');
      const { page, go, picture, assertQuiet, close } = await site.visit({ person, language: 'en' });
      await go(`/reservations/${id}`);
      await page.getByLabel('Card', { exact: true }).check();
      await page.getByRole('button', { name: 'Pay ₩90,000 by card' }).click();
      await page.getByLabel('What the provider does').selectOption('decline');
      await page.getByRole('button', { name: 'Pay ₩90,000 by card' }).click();
      await page.getByText('The card was declined').waitFor();
      await picture('card-declined-en');
      await page.getByLabel('Points', { exact: true }).check();
      await page.getByRole('button', { name: 'Pay ₩90,000 with points' }).click();
      await page.getByText('Your booking is complete!').waitFor();
      await assertQuiet();
      await close();
    },
  );
});
