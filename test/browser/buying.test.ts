import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { seatPlaces } from './support/seat-places.ts';
import { describePages } from './support/test-site.ts';
import { PLACE_SPENT } from './support/visit.ts';

describePages('buying a ticket', (site) => {
  test('from sign-up to the ticket, in Korean, with a mouse', async () => {
    const id = await site.testApp.sell({ roomEnabled: true });
    const { page, go, picture, expectTrouble, assertQuiet, close } = await site.visit();
    expectTrouble(PLACE_SPENT);
    await go('/');
    await page.getByRole('link', { name: '봄밤의 노래' }).first().waitFor();
    await picture('concerts-ko');
    await go(`/performances/${id}`);
    await picture('performance-ko');
    await page.getByRole('link', { name: '줄 서기' }).click();
    await page.getByRole('link', { name: '회원가입' }).click();
    await page.getByLabel('이름').fill('김하나');
    await page.getByLabel('이메일').fill(`${randomUUID()}@pages.example`);
    await page.getByLabel('비밀번호').fill('a long enough password');
    await picture('sign-up-ko');
    await page.getByRole('button', { name: '회원가입' }).click();

    await page.getByRole('button', { name: '입장하기' }).waitFor();
    assert.match(await page.title(), /지금 입장하세요/);
    await picture('turn-ko');
    await page.getByRole('button', { name: '입장하기' }).click();

    const placeOf = await seatPlaces(page, id);
    for (const seat of ['A-1-4', 'A-1-5']) {
      const { x, y } = await placeOf(seat);
      await page.mouse.click(x, y);
      await page.locator(`[data-seat="${seat}"]`).waitFor();
    }
    await picture('seats-ko');
    await page.getByRole('button', { name: '2석 예매하기' }).click();

    await page.getByText('결제까지 남은 시간').waitFor();
    await picture('payment-ko');
    await page.getByRole('button', { name: '300,000원 충전' }).click();
    await page.getByRole('button', { name: '포인트 300,000원 결제' }).click();
    await page.getByText('예매가 완료되었습니다!').waitFor();
    await picture('confirmed-ko');

    await page.getByRole('link', { name: '내 티켓 보기' }).click();
    await page.locator('.ticket').nth(1).waitFor();
    await picture('tickets-ko');
    await page.getByRole('link', { name: 'QR 코드 보기' }).first().click();
    const qr = page.getByRole('img', { name: /QR/ });
    await qr.waitFor();
    assert.ok(
      await qr.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth > 0)),
    );
    await picture('ticket-ko');
    await assertQuiet();
    await close();
  });

  test('from sign-up to the ticket and back, in English, on a phone, by touch', async () => {
    const id = await site.testApp.sell({ roomEnabled: true });
    const { page, go, picture, expectTrouble, assertQuiet, close } = await site.visit({
      size: 'phone',
      language: 'en',
      isDark: true,
    });
    expectTrouble(PLACE_SPENT);
    await go(`/performances/${id}`);
    await picture('performance-phone-en');
    await page.getByRole('link', { name: 'Join the line' }).tap();
    await page.getByRole('link', { name: 'Sign up' }).tap();
    await page.getByLabel('Name').fill('Robin');
    await page.getByLabel('E-mail').fill(`${randomUUID()}@pages.example`);
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Sign up' }).tap();
    await page.getByRole('button', { name: 'Go in' }).tap();

    const placeOf = await seatPlaces(page, id);
    const { x, y } = await placeOf('B-1-5');
    await page.touchscreen.tap(x, y);
    await page.locator('[data-seat="B-1-5"]').waitFor();
    await picture('seats-phone-en');
    await page.getByRole('button', { name: 'Book 1 seat' }).tap();
    await page.getByRole('button', { name: 'Charge ₩90,000' }).tap();
    await page.getByRole('button', { name: 'Pay ₩90,000 with points' }).tap();
    await page.getByText('Your booking is complete!').waitFor();

    await page.getByRole('button', { name: 'Cancel the booking' }).tap();
    await page.getByText('₩90,000 comes back as points at once').waitFor();
    await page.getByRole('button', { name: 'Cancel and refund' }).tap();
    await page.getByText('This booking was cancelled').waitFor();
    await page.getByText('₩90,000 came back as points').waitFor();
    assert.equal(await page.evaluate(() => scrollY), 0, 'the news stands at the top');
    await page.getByRole('link', { name: 'History of points' }).tap();
    await page.getByRole('rowheader', { name: 'Refund' }).waitFor();
    assert.equal(await page.locator('.balance-amount').textContent(), '₩90,000');
    await picture('points-phone-en');
    await go('/tickets');
    await page.getByText('Void', { exact: true }).waitFor();
    await assertQuiet();
    await close();
  });

  test('a hold that is not paid in time lapses before one’s eyes, and nothing is charged', async () => {
    const id = await site.testApp.sell({ holdTtlMs: 2_500 });
    const person = await site.testApp.person();
    const { page, go, assertQuiet, close } = await site.visit({ person });
    await go(`/performances/${id}/seats`);
    await page.getByRole('button', { name: '목록' }).click();
    await page.getByRole('button', { name: /^1, 1열, A구역.*선택 가능/ }).click();
    await page.getByRole('button', { name: '1석 예매하기' }).click();
    await page.getByRole('heading', { name: '선점 시간이 지났습니다' }).waitFor();
    await page.getByRole('link', { name: '좌석 다시 고르기' }).click();
    await page.locator('.seat-map').waitFor();
    await assertQuiet();
    await close();
  });
});
