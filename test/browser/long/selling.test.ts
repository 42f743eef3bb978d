import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { encodeCp949, encodeXlsx } from '../../support/seat-files.ts';
import type { Person } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';

describePages('what sellers change', (site) => {
  let manager: Person;

  before(async () => {
    manager = await site.testApp.manager();
  });

  test('a save of the terms sends what was changed, and shows what a manager changed meanwhile', async () => {
    const performanceId = await site.testApp.sell({ opensInMs: 3_600_000 });
    const path = `/v1/performances/${performanceId}`;
    const opened = (await manager.call(`GET ${path}`))['opensAt'];
    const { page, go, picture, assertAccessible, expectTrouble, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    expectTrouble(/412/);
    await go(`/seller/performances/${performanceId}`);
    const limit = page.getByLabel('Seats per person');
    await limit.fill('3');
    const prices = { VIP: 160_000, R: 120_000, S: 90_000 };
    await manager.call(`PATCH ${path}`, {
      limitPerPerson: 8,
      prices: Object.fromEntries(
        Object.entries(prices).map(([grade, amount]) => [grade, { amount, currency: 'KRW' }]),
      ),
    });
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    assert.deepEqual((await sent).postDataJSON(), { limitPerPerson: 3 });
    await page.getByText('Somebody else has changed this').waitFor();
    await page.getByText('Seats per person: now “8”, yours is “3”').waitFor();
    await page.getByText('now “VIP 160,000, R 120,000, S 90,000”').waitFor();
    assert.equal(await page.getByLabel('Price of VIP').inputValue(), '160,000');
    await assertAccessible();
    await page.getByText('Somebody else has changed this').scrollIntoViewIfNeeded();
    await picture('seller-terms-conflict');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved.').waitFor();
    const now = await manager.call(`GET ${path}`);
    const vip = (now['prices'] as Record<string, { amount: number }>)['VIP'];
    assert.deepEqual([now['limitPerPerson'], vip?.amount, now['opensAt']], [3, 160_000, opened]);
    await assertQuiet();
    await close();
  });

  test('a concert and a venue that others changed are not saved over', async () => {
    const performanceId = await site.testApp.sell();
    const { concertId } = await manager.call(`GET /v1/performances/${performanceId}`);
    const { items } = await site.testApp.seller.call('GET /v1/venues?limit=1');
    const [venue] = items as readonly { readonly id: string }[];
    const { page, go, expectTrouble, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    expectTrouble(/412/);
    const save = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const venuePath = `/v1/venues/${venue!.id}`;
    await go(`/seller/venues/${venue!.id}`);
    await page.getByLabel('Address', { exact: true }).fill('Busan');
    await manager.call(`PATCH ${venuePath}`, { name: 'Renamed Hall', nameEn: null });
    await save('Save the changes');
    await page.getByText('Name of the venue: now “Renamed Hall”').waitFor();
    await save('Save the changes');
    await page.getByRole('link', { name: 'Renamed Hall' }).waitFor();
    assert.equal((await manager.call(`GET ${venuePath}`))['address'], 'Busan');

    const concertPath = `/v1/concerts/${String(concertId)}`;
    await go(`/seller/concerts/${String(concertId)}`);
    await page.getByLabel('Artist', { exact: true }).fill('Another Band');
    await manager.call(`PATCH ${concertPath}`, { description: 'From the manager' });
    await save('Save');
    await page.getByText('About the concert: now “From the manager”').waitFor();
    await page.getByRole('button', { name: 'Drop my changes' }).click();
    assert.notEqual(await page.getByLabel('Artist', { exact: true }).inputValue(), 'Another Band');
    await assertQuiet();
    await close();
  });

  test('a room whose limits another changed shows them before it is told its own', async () => {
    const performanceId = await site.testApp.sell({ roomEnabled: true });
    const path = `/v1/performances/${performanceId}/room`;
    await manager.call(`PATCH ${path}`, { concurrency: 4_000 });
    const { page, go, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    await go('/operations/rooms');
    const room = page.getByRole('listitem').filter({ hasText: 'Admissions a second' });
    const inside = room.getByLabel('Inside at once');
    assert.equal(await inside.inputValue(), '4,000');
    await inside.fill('2,000');
    await manager.call(`PATCH ${path}`, { ratePerSecond: 9, concurrency: 6_000 });
    await room.getByText('Inside at once: now “6,000”, yours is “2,000”').waitFor();
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await room.getByRole('button', { name: 'Apply' }).click();
    assert.deepEqual((await sent).postDataJSON(), { concurrency: 2_000 });
    await room.getByText('In force.').waitFor();
    const now = await manager.call(`GET ${path}`);
    assert.deepEqual([now['ratePerSecond'], now['concurrency']], [9, 2_000]);
    await assertQuiet();
    await close();
  });

  test('a concert is made as a draft, published, hidden, and its performance taken back', async () => {
    await site.testApp.sell();
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    await go('/seller/concerts/new');
    await page.getByLabel('Title', { exact: true }).fill('Quiet Winter');
    await page.getByLabel('Artist', { exact: true }).fill('Nobody Yet');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Only you and the managers see it.').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const shown = async () => (await fetch(`${site.testApp.address}/v1/concerts/${id}`)).status;
    assert.equal(await shown(), 404);

    await page.getByLabel('Begins').fill('2031-05-01T19:00');
    await page.getByLabel('Sale opens').fill('2020-04-01T10:00');
    for (const grade of ['VIP', 'R', 'S']) await page.getByLabel(`Price of ${grade}`).fill('1000');
    await page.getByRole('button', { name: 'Add a performance' }).click();
    await page.getByText('The opening is in the past').waitFor();
    await assertAccessible();
    await picture('seller-draft');
    await page.getByRole('button', { name: 'Open the sale now' }).click();
    await page.getByRole('img', { name: '40 seats: 0 sold, 0 held, 40 free' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete the performance' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('No performance yet.').waitFor();

    await page.getByRole('button', { name: 'Publish now' }).click();
    await page.getByText('Everybody sees it and may book.').waitFor();
    assert.equal(await shown(), 200);
    await page.getByRole('button', { name: 'Hide the concert' }).click();
    await page.getByRole('button', { name: 'Hide it' }).click();
    await page.getByText('Only those who have booked see it').waitFor();
    assert.equal(await shown(), 404);
    await go('/seller');
    await page.getByRole('listitem').filter({ hasText: 'Quiet Winter' }).getByText('Hidden').waitFor();
    await assertQuiet();
    await close();
  });

  test('a seat table of Korean Excel is opened as it was written, and another is refused with its line', async () => {
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
    });
    const open = (name: string, buffer: Uint8Array) =>
      page.getByLabel('파일 열기').setInputFiles({ name, mimeType: '', buffer: Buffer.from(buffer) });
    await go('/seller/venues/new');
    await page.getByLabel('공연장 이름', { exact: true }).fill('똠방홀');
    await page.getByLabel('홀 이름', { exact: true }).fill('대극장');
    const table = ['구역,구역 이름,열,번호,등급', '가구역,"1층, 똠방석",1,1,VIP', '가구역,,1,2,VIP'];
    await open('좌석.csv', encodeCp949(table.join('\r\n')));
    await page.getByRole('img', { name: '2석의 배치도' }).waitFor();
    const written = await page.getByLabel('좌석 배치', { exact: true }).inputValue();
    assert.equal(written, table.join('\n'));

    await open('그림.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0));
    await page.getByRole('alert').getByText('글이나 표가 들어 있는 파일이 아닙니다').waitFor();
    await open('좌석.csv', encodeCp949([...table, '나구역,,1,열둘,R'].join('\n')));
    await page.getByText('4번째 줄: “열둘”은 좌석 번호가 될 수 없습니다.').waitFor();
    await assertAccessible();
    await picture('seller-table-refused');

    const rows = Array.from(
      { length: 5_000 },
      (_, i) => [`${1 + (i % 20)}열`, 1 + Math.floor(i / 20)] as const,
    );
    const cells = rows.map(([row, number]) => [
      '나구역',
      row,
      number,
      'R',
      number * 1.5,
      Number.parseInt(row, 10),
    ]);
    await open('좌석.xlsx', encodeXlsx({ 좌석: [['구역', '열', '번호', '등급', 'x', 'y'], ...cells] }));
    await page.getByRole('img', { name: '5,000석의 배치도' }).waitFor();
    await page.getByRole('button', { name: '등록', exact: true }).click();
    await page.getByRole('heading', { name: '똠방홀' }).waitFor();
    const { items } = await site.testApp.seller.call('GET /v1/venues?limit=1');
    const [venue] = items as readonly { readonly stages: readonly { readonly planUrl: string }[] }[];
    const { plan } = (await (await fetch(site.testApp.address + venue!.stages[0]!.planUrl)).json()) as {
      readonly plan: {
        readonly sections: readonly { readonly id: string; readonly rows: readonly object[] }[];
      };
    };
    assert.deepEqual(
      plan.sections.map(({ id, rows: of }) => [id, of.length]),
      [['나', 20]],
    );
    await assertQuiet();
    await close();
  });

  test('the shop shows what is to come, and what is over behind a filter', async () => {
    await site.testApp.seller.call('POST /v1/concerts', { title: 'Still to come', artist: 'A' });
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({ language: 'en' });
    await go('/');
    const card = page.getByRole('link', { name: 'Still to come' });
    await card.waitFor();
    await page.getByRole('button', { name: 'Past concerts' }).click();
    await page.waitForURL(/past=yes/);
    await card.waitFor({ state: 'detached' });
    await assertAccessible();
    await picture('concerts-past');
    await page.getByRole('button', { name: 'Past concerts' }).click();
    await card.waitFor();
    await assertQuiet();
    await close();
  });
});
