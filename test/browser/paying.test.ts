import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Person } from './support/test-app.ts';
import { describePages } from './support/test-site.ts';

const won = (amount: number) => ({ amount, currency: 'KRW' });
const POINTS = ({ pathname }: URL) => pathname === '/v1/points';

describePages('paying', (site) => {
  let performanceId: string;

  before(async () => {
    performanceId = await site.testApp.sell();
  });

  const hold = async (person: Person, ...seatIds: string[]) =>
    (await person.call('POST /v1/reservations', { performanceId, seatIds })).id;
  const charge = (person: Person, amount: number) =>
    person.call('POST /v1/points/charges', { amount: won(amount) });

  test('works again after a refusal, once what was missing is charged', async () => {
    const person = await site.testApp.person();
    await charge(person, 150_000);
    const [first, second] = [await hold(person, 'B-1-1'), await hold(person, 'B-1-2')];
    const { page, go, picture, expectTrouble, assertQuiet, close } = await site.visit({ person });
    expectTrouble(/409/);
    await go(`/reservations/${second}`);
    const pay = page.getByRole('button', { name: '포인트 90,000원 결제' });
    await page.getByText('60,000원', { exact: true }).waitFor();
    await person.call(`POST /v1/reservations/${first}/payments`, { method: 'points' });
    await pay.click();
    await page.getByText('포인트가 30,000원 부족합니다').waitFor();
    await page.getByRole('button', { name: '30,000원 충전' }).click();
    await page.getByText('포인트가 30,000원 부족합니다').waitFor({ state: 'detached' });
    await picture('payment-after-refusal-ko');
    await pay.click();
    await page.getByText('예매가 완료되었습니다!').waitFor();
    await assertQuiet();
    await close();
  });

  test('does not wait for the balance, which says that it is away and comes back by itself', async () => {
    const person = await site.testApp.person();
    await charge(person, 90_000);
    const id = await hold(person, 'B-1-3');
    const { page, go, picture, expectTrouble, assertQuiet, close } = await site.visit({ person });
    expectTrouble(/ERR_FAILED/);
    await page.clock.install();
    await page.route(POINTS, (route) => route.abort());
    await go(`/reservations/${id}`);
    const away = page.getByText('보유 포인트를 불러오지 못했습니다');
    await away.waitFor();
    await picture('payment-without-balance-ko');
    // All tries of the first read are over; what comes then is the return by itself.
    for (let second = 0; second < 10; second++) await page.clock.runFor(1_000);
    await page.unroute(POINTS);
    for (let second = 0; second < 20; second++) await page.clock.runFor(1_000);
    await away.waitFor({ state: 'detached' });
    await page.route(POINTS, (route) => route.abort());
    await page.reload();
    await away.waitFor();
    await page.getByRole('button', { name: '포인트 90,000원 결제' }).click();
    await page.getByText('예매가 완료되었습니다!').waitFor();
    await assertQuiet();
    await close();
  });

  test('a lost answer is repeated under the same key: what was charged is charged once', async () => {
    const person = await site.testApp.person();
    const { page, go, expectTrouble, close } = await site.visit({ person });
    expectTrouble(/ERR_FAILED/);
    await go('/points');
    const keys: (string | undefined)[] = [];
    await page.route('**/v1/points/charges', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    const button = page.getByRole('button', { name: '50,000원 충전', exact: true });
    await button.click();
    await page.getByText('서버에 연결할 수 없습니다').waitFor();
    await button.click();
    await page.getByText('50,000원을 충전했습니다').waitFor();
    assert.equal(keys[0], keys[1]);
    await button.click();
    await page.waitForFunction(() => document.querySelector('.balance-amount')?.textContent === '100,000원');
    assert.notEqual(keys[2], keys[1]);
    await close();
  });

  test('the form to charge proposes what may be charged, and names the limit', async () => {
    const person = await site.testApp.person();
    const { page, go, picture, close } = await site.visit({ person });
    await go('/points');
    const amount = page.getByLabel('충전할 금액');
    await amount.fill('2000000');
    const limit = page.getByText('한 번에 1,000,000원까지 충전할 수 있습니다.');
    await limit.waitFor();
    assert.ok(await page.getByRole('button', { name: '2,000,000원 충전' }).isDisabled());
    await picture('charge-over-limit-ko');
    await amount.fill('999');
    await page.getByText('한 번에 1,000원 이상 충전해 주세요.').waitFor();
    await amount.fill('900000');
    await page.getByRole('button', { name: '+500,000원' }).click();
    assert.equal(await amount.inputValue(), '1,000,000');

    const id = await hold(person, 'A-1-1');
    const points = {
      balance: won(0),
      chargeMin: won(1_000),
      chargeMax: won(50_000),
      monthLeft: won(800_000),
      chargeWays: ['instant'],
      underWay: [],
    };
    await page.route(POINTS, (route) => route.fulfill({ json: points }));
    await go(`/reservations/${id}`);
    await page.getByRole('button', { name: '50,000원 충전', exact: true }).waitFor();
    await page.getByText('여러 번 나누어 충전해 주세요').waitFor();
    await picture('charge-in-parts-ko');

    // In production nobody charges for themselves.
    const given = { ...points, chargeMax: won(0), chargeWays: [] };
    await page.unroute(POINTS);
    await page.route(POINTS, (route) => route.fulfill({ json: given }));
    for (const path of ['/points', `/reservations/${id}`]) {
      await go(path);
      await page.getByRole('heading', { name: '포인트를 받는 방법' }).waitFor();
      await page.getByText('주최 측에 문의하시면 포인트를 지급해 드리며').waitFor();
      assert.equal(await page.getByLabel('충전할 금액').count(), 0);
    }
    await picture('points-are-given-ko');
    await close();
  });
});

describePages('seats that one has already', (site) => {
  const open = async (size: 'desktop' | 'phone', seatIds: readonly string[]) => {
    const performanceId = await site.testApp.sell();
    const person = await site.testApp.person();
    await person.call('POST /v1/reservations', { performanceId, seatIds });
    const visit = await site.visit({ person, size });
    await visit.go(`/performances/${performanceId}/seats`);
    return visit;
  };
  const stateOf = (page: Page, seat: number) =>
    page.getByRole('button', { name: new RegExp(`^${seat}, 1열, A구역`) }).getAttribute('data-state');

  test('are shown as one’s own, with the time that is left and the way to pay', async () => {
    const { page, picture, assertAccessible, assertQuiet, close } = await open('desktop', ['A-1-4', 'A-1-5']);
    await page.getByText('선점한 좌석 2석').waitFor();
    await page.getByText('좌석을 2석까지 더 고를 수 있습니다').waitFor();
    await picture('seats-own-ko');
    await assertAccessible();
    await page.getByRole('button', { name: '목록' }).click();
    assert.equal(await stateOf(page, 4), 'own');
    assert.equal(await stateOf(page, 6), 'free');
    await page.getByRole('link', { name: '결제하러 가기' }).click();
    await page.getByText('결제까지 남은 시간').waitFor();
    await assertQuiet();
    await close();
  });

  test('are no dead end at the limit of one person', async () => {
    const seats = ['A-1-1', 'A-1-2', 'A-1-3', 'A-1-4'];
    const { page, picture, assertQuiet, close } = await open('phone', seats);
    await page.getByText('한 사람이 예매할 수 있는 4석을 모두 골랐습니다').waitFor();
    await picture('seats-own-limit-phone-ko');
    await page.getByRole('link', { name: '결제하러 가기' }).tap();
    await page.getByRole('button', { name: '좌석 포기하기' }).tap();
    await page.getByRole('button', { name: '포기하기', exact: true }).tap();
    await page.getByRole('link', { name: '좌석 다시 고르기' }).tap();
    await page.getByText('한 사람이 4석까지 고를 수 있습니다').waitFor();
    await assertQuiet();
    await close();
  });
});
