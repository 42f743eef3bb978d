import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Person, smallHall } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';

describePages('the pages of sellers', (site) => {
  let buyer: Person;

  before(async () => {
    buyer = await site.testApp.person();
    await buyer.call('POST /v1/points/charges', { amount: { amount: 900_000, currency: 'KRW' } });
  });

  test('a venue is drawn, a concert announced and a performance put on sale', async () => {
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
    });
    await go('/seller/venues/new');
    await page.getByLabel('공연장 이름', { exact: true }).fill('새봄홀');
    await page.getByLabel('홀 이름', { exact: true }).fill('대극장');
    const plan = page.getByLabel('좌석 배치', { exact: true });
    await plan.fill('section A\n1: RR!R');
    await page.getByText('2번째 줄').waitFor();
    await page.getByRole('button', { name: '예시 채우기' }).click();
    await page.getByText('총 106석').waitFor();
    await page.getByRole('img', { name: '106석의 배치도' }).waitFor();
    await assertAccessible();
    await picture('seller-venue');
    await page.getByRole('button', { name: '등록', exact: true }).click();
    await page.getByRole('heading', { name: '새봄홀' }).waitFor();
    await assertAccessible();

    await page.getByRole('link', { name: '내 공연' }).first().click();
    await page.getByRole('link', { name: '공연 등록' }).click();
    await page.getByLabel('공연 제목', { exact: true }).fill('첫눈');
    await page.getByLabel('영어 제목').fill('First Snow');
    await page.getByLabel('아티스트', { exact: true }).fill('겨울 악단');
    await page.getByRole('button', { name: '저장' }).click();
    await page.getByLabel('공연 시작').fill('2031-05-01T19:00');
    await page.getByLabel('예매 오픈').fill('2031-04-01T10:00');
    for (const [grade, price] of [
      ['VIP', '150000'],
      ['R', '120000'],
    ] as const)
      await page.getByLabel(`${grade}석 가격`).fill(price);
    const add = page.getByRole('button', { name: '회차 추가' });
    await add.click();
    await page.getByText('0원 이상의 금액을 입력해 주세요.').waitFor();
    await page.getByLabel('S석 가격').fill('90000');
    await picture('seller-performance');
    await assertAccessible();
    await add.click();
    await page.getByRole('heading', { name: /첫눈 — 2031년 5월 1일/ }).waitFor();
    await page.getByRole('img', { name: /좌석 106석/ }).waitFor();
    await assertQuiet();
    await close();
  });

  test('a venue changes with the same preview; seats that are on sale stay, and so does their venue', async () => {
    await site.testApp.sell();
    const { items } = await site.testApp.seller.call('GET /v1/venues?limit=1');
    const [venue] = items as readonly { readonly id: string }[];
    const { page, go, picture, assertAccessible, expectTrouble, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
    });
    expectTrouble(/409/);
    await go(`/seller/venues/${venue!.id}`);
    await page.getByRole('img', { name: '40석의 배치도' }).waitFor();
    await page.getByRole('button', { name: '좌석 배치 고치기' }).click();
    const plan = page.getByLabel('좌석 배치', { exact: true });
    assert.match(await plan.inputValue(), /^section,name,row,first,last,grade,x,y\nA,1층,1,1,1,VIP,0,0\n/);
    await page.getByRole('img', { name: '40석의 배치도' }).waitFor();
    await page.getByRole('button', { name: '예시 채우기' }).click();
    await page.getByRole('img', { name: '106석의 배치도' }).waitFor();
    const save = page.getByRole('button', { name: '변경 내용 저장' });
    await save.click();
    await page.getByRole('alert').getByText('좌석을 바꿀 수 없습니다').waitFor();
    await picture('seller-venue-refused');
    await assertAccessible();
    await page.getByRole('button', { name: '지금 배치 그대로 두기' }).click();
    await page.getByLabel('공연장 이름', { exact: true }).fill('다른홀');
    await save.click();
    await page.getByRole('link', { name: '다른홀' }).click();

    await page.getByRole('button', { name: '공연장 삭제' }).click();
    await page.getByRole('button', { name: '삭제', exact: true }).click();
    await page.getByRole('alert').getByText('회차가 있어 삭제할 수 없습니다').waitFor();
    await assertQuiet();
    await close();
  });

  test('a sale is seen seat by seat while it goes on, also after the connection was away', async () => {
    const performanceId = await site.testApp.sell();
    const { page, go, picture, assertAccessible, expectTrouble, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
      size: 'phone',
      isDark: true,
    });
    expectTrouble(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/);
    await go(`/seller/performances/${performanceId}`);
    const map = (sold: number, held: number) =>
      page.getByRole('img', { name: `40 seats: ${sold} sold, ${held} held, ${40 - sold - held} free` });
    await map(0, 0).waitFor();
    const body = { performanceId, seatIds: ['A-1-1', 'A-1-2'] };
    const { id } = await buyer.call('POST /v1/reservations', body);
    await map(0, 2).waitFor();
    await buyer.call(`POST /v1/reservations/${id}/payments`, { method: 'points' });
    await map(2, 0).waitFor();
    await page.locator('.tile', { hasText: 'Takings' }).getByText('₩300,000').waitFor();

    await page.context().setOffline(true);
    await page.getByText('The connection is lost').waitFor();
    await buyer.call('POST /v1/reservations', { performanceId, seatIds: ['A-2-1'] });
    await page.context().setOffline(false);
    await map(2, 1).waitFor();
    await assertAccessible();
    await picture('seller-sale-phone-dark');
    await assertQuiet();
    await close();
  });

  test('who looks on while the seats are changed before the sale sees the new ones', async () => {
    const performanceId = await site.testApp.sell({ opensInMs: 3_600_000 });
    const { items } = await site.testApp.seller.call('GET /v1/venues?limit=1');
    const [venue] = items as readonly { readonly id: string; readonly stages: readonly { id: string }[] }[];
    const { page, go, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    await go(`/seller/performances/${performanceId}`);
    await page.getByRole('img', { name: '40 seats: 0 sold, 0 held, 40 free' }).waitFor();
    const [stalls, balcony] = smallHall.sections;
    const more = { id: '4', runs: [{ grade: 'R', first: 1, count: 10, at: [0, 36], by: [10, 0] }] };
    const plan = { ...smallHall, sections: [{ ...stalls, rows: [...stalls!.rows, more] }, balcony] };
    await site.testApp.seller.call(`PATCH /v1/venues/${venue!.id}`, {
      stages: [{ id: venue!.stages[0]!.id, name: 'Main', plan }],
    });
    await page.getByRole('img', { name: '50 seats: 0 sold, 0 held, 50 free' }).waitFor();
    await page.locator('.live-badge[data-state="live"]').waitFor();
    await assertQuiet();
    await close();
  });

  test('no page of theirs is wider than a narrow window', async () => {
    const performanceId = await site.testApp.sell();
    const { page, go, picture, close } = await site.visit({
      person: site.testApp.seller,
      size: 'narrow',
      language: 'en',
    });
    const { concertId } = await site.testApp.seller.call(`GET /v1/performances/${performanceId}`);
    const pages = {
      'seller-concerts': '/seller',
      'seller-concert': `/seller/concerts/${String(concertId)}`,
      'seller-sale': `/seller/performances/${performanceId}`,
      'seller-venues': '/seller/venues',
      'seller-venue-new': '/seller/venues/new',
      'seller-concert-new': '/seller/concerts/new',
    };
    for (const [name, path] of Object.entries(pages)) {
      await go(path);
      await page.waitForFunction(() => document.querySelector('.skeleton') === null);
      const wanted = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wanted <= 320, `${name} is ${wanted} px wide`);
      await picture(`${name}-narrow-en`);
    }
    await close();
  });

  test('who is no seller is asked for the code of the role, and becomes one with it', async () => {
    const person = await site.testApp.person();
    const { page, go, assertAccessible, expectTrouble, close } = await site.visit({
      person,
      language: 'en',
    });
    expectTrouble(/403/);
    await go('/seller');
    await page.getByRole('heading', { name: 'This page is for sellers' }).waitFor();
    await assertAccessible();
    await page.getByLabel('Enrolment code').fill('demo-seller-code');
    await page.getByRole('button', { name: 'Get the role' }).click();
    await page.getByRole('heading', { name: 'My concerts' }).waitFor();
    await close();
  });
});
