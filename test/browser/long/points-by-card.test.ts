import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePages } from '../support/test-site.ts';

const TIMEOUT = { timeout: 90_000 };

describePages('charging points by card', (site) => {
  test('declined in Korean, charged, and missing ones charged in English', TIMEOUT, async () => {
    const person = await site.testApp.person();
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({ person });
    await go('/points');
    await page.getByLabel('카드로 충전').check();
    await picture('points-card-ko');
    await assertAccessible();
    await page.getByRole('button', { name: '카드로 50,000원 충전' }).click();
    await page.getByRole('button', { name: '카드사에서 거절하기' }).click();
    await page.getByText('카드 결제가 거절되어 포인트를 충전하지 못했습니다').waitFor();
    await picture('points-declined-ko');

    await page.getByLabel('카드로 충전').check();
    await page.getByRole('button', { name: '카드로 50,000원 충전' }).click();
    await page.getByRole('button', { name: '결제하지 않고 돌아가기' }).click();
    await page.getByText('50,000원 충전을 위한 카드 결제를 마치지 않았습니다').waitFor();
    await picture('points-left-ko');
    await page.getByRole('link', { name: '이어서 결제하기' }).click();
    await page.getByRole('button', { name: '50,000원 카드 결제' }).click();
    await page.getByText('50,000원을 충전했습니다').waitFor();
    assert.equal(await page.getByTestId('balance').textContent(), '50,000원');
    assert.doesNotMatch(page.url(), /paymentKey/);
    await picture('points-charged-ko');
    await assertAccessible();
    await assertQuiet();
    await close();

    const performanceId = await site.testApp.sell();
    const held = { performanceId, seatIds: ['B-1-4'] };
    const { id } = await person.call('POST /v1/reservations', held);
    const phone = await site.visit({ person, size: 'phone', language: 'en' });
    await phone.go(`/reservations/${id}`);
    await phone.page.getByText('By card', { exact: true }).tap();
    await phone.picture('points-missing-phone-en');
    await phone.page.getByRole('button', { name: 'Charge ₩40,000 by card' }).tap();
    await phone.page.getByRole('button', { name: 'Pay ₩40,000 by card' }).tap();
    await phone.page.getByRole('button', { name: 'Pay ₩90,000 with points' }).tap();
    await phone.page.getByText('Your booking is complete!').waitFor();
    await phone.assertQuiet();
    await phone.close();
  });
});
