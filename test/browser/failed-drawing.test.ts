import { test } from 'node:test';
import { describePages } from './support/test-site.ts';

const CRASHED = '화면을 그리지 못했습니다.';

describePages('a page that cannot be drawn', (site) => {
  test('leaves the others usable, also where the same document draws them', async () => {
    const person = await site.testApp.person();
    const { page, go, close } = await site.visit({ person });
    await page.route('**/v1/points', (route) => route.fulfill({ json: {} }));
    await go('/');
    const header = page.getByRole('navigation', { name: '주 메뉴' }).first();
    await header.getByRole('link', { name: '포인트' }).click();
    await page.getByText(CRASHED).waitFor();
    await header.getByRole('link', { name: '예매 내역' }).click();
    await page.getByText('예매 내역이 없습니다.').waitFor();
    await close();
  });

  test('is drawn when it is come to again, where its code did not arrive at first', async () => {
    const person = await site.testApp.person();
    const { page, go, close } = await site.visit({ person });
    await page.route(/assets\/tickets-page/, (route) => route.abort());
    await go('/');
    const header = page.getByRole('navigation', { name: '주 메뉴' }).first();
    await header.getByRole('link', { name: '내 티켓' }).click();
    await page.getByText(CRASHED).waitFor();
    await page.unrouteAll();
    await header.getByRole('link', { name: '공연' }).click();
    await page.getByRole('searchbox').waitFor();
    await header.getByRole('link', { name: '내 티켓' }).click();
    await page.getByText('아직 티켓이 없습니다.').waitFor();
    await close();
  });

  test('leaves the pages of sellers usable', async () => {
    const { page, go, close } = await site.visit({ person: site.testApp.seller });
    await page.route('**/v1/venues?**', (route) =>
      route.fulfill({ json: { items: [{}], nextCursor: null } }),
    );
    await go('/seller');
    const header = page.getByRole('navigation', { name: '주 메뉴' }).first();
    await header.getByRole('link', { name: '공연장' }).click();
    await page.getByText(CRASHED).waitFor();
    await header.getByRole('link', { name: '내 공연' }).click();
    await page.getByRole('heading', { name: '내 공연' }).waitFor();
    await close();
  });
});
