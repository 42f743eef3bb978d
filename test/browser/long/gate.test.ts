import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchWithCamera } from '../support/fake-camera.ts';
import type { Person } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';
import { type Visit, visit } from '../support/visit.ts';

type Ticket = { readonly id: string; readonly code: string };

const TIMEOUT = { timeout: 120_000 };

describePages('the gate page', (site) => {
  let performanceId: string;
  let manager: Person;
  let tickets: readonly Ticket[];
  let booking: string;
  let fan: Person;
  let scanner: Browser;

  before(async () => {
    const { testApp } = site;
    performanceId = await testApp.sell();
    [fan, manager] = await Promise.all([testApp.person(), testApp.manager()]);
    const seats = await fan.call(`GET /v1/performances/${performanceId}/seats/list?limit=4`);
    const ids = (seats['items'] as readonly { readonly id: string }[]).map(({ id }) => id);
    await fan.call('POST /v1/points/charges', { amount: { amount: 900_000, currency: 'KRW' } });
    for (const seatIds of [ids.slice(0, 3), ids.slice(3)]) {
      booking = (await fan.call('POST /v1/reservations', { performanceId, seatIds })).id;
      await fan.call(`POST /v1/reservations/${booking}/payments`, { method: 'points' });
    }
    const list = await fan.call('GET /v1/tickets?limit=4');
    tickets = list['items'] as readonly Ticket[];
    const { qr } = await fan.call(`GET /v1/tickets/${tickets[1]!.id}`);
    scanner = await launchWithCamera(String(qr));
  }, TIMEOUT);

  after(() => scanner.close());

  const gate = async (name: string) =>
    String(
      (await site.testApp.seller.call(`POST /v1/performances/${performanceId}/gates`, { name }))['pass'],
    );

  /** A phone at a door, opened with a pass. */
  async function open(language: 'ko' | 'en', pass: string): Promise<Visit> {
    const phone = await visit(scanner, site.testApp.address, { size: 'phone', language });
    await phone.go('/gate');
    await phone.page.getByLabel(/^(출입문 패스|Gate pass)$/).fill(pass.toLowerCase());
    await phone.page.getByRole('button', { name: /^(시작하기|Start)$/ }).click();
    await phone.page.getByText(/오프라인 명단 4장|Offline list of 4 tickets/).waitFor();
    return phone;
  }

  const verdict = ({ page }: Visit, word: string) =>
    page.locator('.verdict-word', { hasText: word }).waitFor();

  const type = async ({ page }: Visit, code: string) => {
    await page.getByLabel(/^(티켓 코드|Ticket code)$/).fill(code);
    await page.getByRole('button', { name: /^(확인|Check)$/ }).click();
  };

  test(
    'lets in once by camera, and tells the second gate where; typed codes, void and foreign ones',
    TIMEOUT,
    async () => {
      const [north, south] = [await open('ko', await gate('북문')), await open('en', await gate('South'))];
      south.expectTrouble(/40[49]|422/);
      await north.picture('gate-ready');
      await north.page.getByRole('button', { name: '티켓 스캔하기' }).click();
      await verdict(north, '입장');
      await north.page.locator('.verdict[data-tone="in"]').waitFor();
      await north.assertAccessible();
      await north.picture('gate-in');
      await south.page.getByRole('button', { name: 'Scan tickets' }).click();
      await verdict(south, 'Already in');
      await south.page.getByText(/Came in at 북문/).waitFor();
      await south.page.getByText('1 of 4 in').waitFor();
      await south.assertAccessible();
      await south.picture('gate-used');
      await type(south, tickets[2]!.code.toLowerCase());
      await verdict(south, 'Come in');
      await south.page.getByText('2 of 4 in').waitFor();
      await type(south, 'hello');
      await south.page.getByText('Not a ticket of ours').waitFor();
      await type(south, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ');
      await south.page.getByText('There is no such ticket.').waitFor();
      await fan.call(`DELETE /v1/reservations/${booking}`);
      await type(south, tickets[0]!.code);
      await south.page.getByText('The ticket was refunded.').waitFor();
      await south.assertAccessible();
      await south.picture('gate-refunded');
      await north.assertQuiet();
      await south.assertQuiet();
      await Promise.all([north.close(), south.close()]);
    },
  );

  test(
    'goes on without network, and settles afterwards: what two gates let in is reported',
    TIMEOUT,
    async () => {
      const phones = [await open('ko', await gate('동문')), await open('en', await gate('West'))];
      const { code } = tickets[3]!;
      for (const phone of phones) {
        phone.expectTrouble(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK|Failed to load resource/);
        await phone.page.context().setOffline(true);
        await type(phone, code);
        await phone.page.getByText(/네트워크 없이 확인했습니다|Checked without network/).waitFor();
        await type(phone, code);
        await verdict(phone, phone === phones[0] ? '이미 입장함' : 'Already in');
      }
      await phones[0]!.assertAccessible();
      await phones[0]!.picture('gate-offline');
      for (const phone of phones) {
        await phone.page.context().setOffline(false);
        await phone.page.locator('.badge[data-online="true"]').waitFor();
      }
      await phones[1]!.page.getByText('1 person let in without network had a ticket that was used').waitFor();
      await phones[1]!.picture('gate-conflict');
      const door = await site.testApp.seller.call(`GET /v1/performances/${performanceId}/door`);
      assert.deepEqual([door['checkedIn'], door['conflicts']], [3, 1]);
      for (const phone of phones) await phone.assertQuiet();
      await Promise.all(phones.map((phone) => phone.close()));
    },
  );

  test(
    'of the seller makes passes and shows the lists; a manager takes a check-in back',
    TIMEOUT,
    async () => {
      const path = `/seller/performances/${performanceId}/doors`;
      const own = await site.visit({ person: site.testApp.seller, language: 'ko' });
      await own.go(path);
      await own.page.getByLabel('출입문 이름').fill('2층 왼쪽');
      await own.page.getByRole('button', { name: '패스 만들기' }).click();
      await own.page.getByRole('img', { name: '2층 왼쪽 패스의 QR 코드' }).waitFor();
      await own.page.getByText('확인이 필요한 입장').waitFor();
      const file = own.page.waitForEvent('download');
      await own.page.getByRole('button', { name: '구매자 CSV 받기' }).click();
      assert.match((await file).suggestedFilename(), /^buyers-.+\.csv$/);
      assert.equal(await own.page.getByRole('button', { name: '입장 취소' }).count(), 0);
      await own.assertAccessible();
      await own.picture('seller-doors');
      await own.assertQuiet();
      await own.close();

      const boss = await site.visit({ person: manager, language: 'en', size: 'phone', isDark: true });
      await boss.go(path);
      await boss.page.getByText('3 of 3 in').waitFor();
      await boss.page.getByRole('button', { name: 'Undo the check-in' }).first().click();
      await boss.page.getByRole('button', { name: 'Undo it' }).click();
      await boss.page.getByText('2 of 3 in').waitFor();
      await boss.assertAccessible();
      await boss.picture('manager-doors');
      await boss.assertQuiet();
      await boss.close();
    },
  );

  test('opens with the account of the seller, and not with that of another one', TIMEOUT, async () => {
    const rival = await site.testApp.newSeller();
    const other = await site.visit({ person: rival, language: 'en' });
    other.expectTrouble(/404/);
    await other.go(`/gate/${performanceId}`);
    await other.page.getByText('There is no such performance.').waitFor();
    await other.close();
    const own = await site.visit({ person: site.testApp.seller, language: 'en', size: 'phone' });
    await own.go('/gate');
    await own.assertAccessible();
    await own.picture('gate-start');
    await own.page.locator(`a[href="/gate/${performanceId}"]`).click();
    await own.page.getByText(/Offline list/).waitFor();
    await own.assertQuiet();
    await own.close();
  });

  test('offers the demo pass in a demonstration, with codes to press', TIMEOUT, async () => {
    const { page, go, picture, expectTrouble, assertAccessible, assertQuiet, close } = await visit(
      scanner,
      site.testApp.address,
      { size: 'phone', language: 'ko' },
    );
    // It has come in before.
    expectTrouble(/409/);
    const codes = [tickets[1]!.code, tickets[2]!.code];
    const offered = { performanceId, pass: await gate('Demo'), codes };
    await page.route('**/v1/demo/gate', (route) => route.fulfill({ json: { gate: offered } }));
    await go('/gate');
    await page.getByRole('button', { name: '데모 패스로 시작하기' }).waitFor();
    await picture('gate-demo-start');
    await page.getByRole('button', { name: '데모 패스로 시작하기' }).click();
    await page.getByRole('button', { name: codes[0]! }).click();
    await page.locator('.verdict-word').waitFor();
    await assertAccessible();
    await picture('gate-demo');
    await assertQuiet();
    await close();
  });
});
