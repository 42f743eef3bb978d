import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePages } from '../support/test-site.ts';

describePages('the way between the shop and the pages of sellers and managers', (site) => {
  test('is shown to sellers, there and back, in Korean, by touch', async () => {
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      size: 'phone',
    });
    const menu = page.getByRole('button', { name: '내 계정' });
    await go('/');
    await menu.tap();
    const seller = page.getByRole('link', { name: '판매자 페이지' });
    await seller.waitFor();
    assert.equal(await page.getByRole('link', { name: '운영자 페이지' }).count(), 0);
    await assertAccessible();
    await picture('account-menu-phone-ko');
    await seller.tap();
    await page.getByRole('heading', { name: '내 공연' }).waitFor();
    await menu.tap();
    await page.getByRole('link', { name: '티켓 예매 페이지' }).tap();
    await page.getByRole('searchbox').waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
    await assertQuiet();
    await close();
  });

  test('is shown to managers to both, in English, by keyboard; and the menu is left with Escape', async () => {
    const person = await site.testApp.person('운영자');
    await person.call('POST /v1/enrolments', { role: 'manager', code: 'demo-manager-code' });
    const { page, go, assertQuiet, close } = await site.visit({ person, language: 'en' });
    const menu = page.getByRole('button', { name: 'My account' });
    await go('/');
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Pages for sellers' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Pages for sellers' }).waitFor({ state: 'hidden' });
    assert.ok(await menu.evaluate((button) => button === document.activeElement));
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Pages for managers' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Operations' }).waitFor();
    await assertQuiet();
    await close();
  });

  test('is not shown to others, who find their name and the way out', async () => {
    const person = await site.testApp.person('김하나');
    const { page, go, assertQuiet, close } = await site.visit({ person });
    await go('/');
    await page.getByRole('button', { name: '내 계정' }).click();
    await page.getByText('김하나').waitFor();
    assert.equal(await page.getByRole('link', { name: /판매자|운영자/ }).count(), 0);
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.getByRole('link', { name: '로그인' }).waitFor();
    await assertQuiet();
    await close();
  });
});
