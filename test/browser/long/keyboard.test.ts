import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { keyboardOf } from '../support/keyboard.ts';
import { type Person, smallHall } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';
import { PLACE_SPENT } from '../support/visit.ts';

/** A hall of 60 seats: three rows of twenty in two grades. */
const HALL_CSV = `section,name,row,first,last,grade
A,Stalls,1,1,20,VIP
A,Stalls,2,1,20,R
A,Stalls,3,1,20,R
`;

describePages('by keyboard alone', (site) => {
  let manager: Person;

  before(async () => {
    manager = await site.testApp.manager();
  });

  // First of all, so that there is one room.
  test('an operator turns a room, sends a crowd, and gives a role', async () => {
    const id = await site.testApp.sell({ roomEnabled: true });
    await site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, { ratePerSecond: 50 });
    const { page, go, assertQuiet, close } = await site.visit({ person: manager, language: 'en' });
    const { press, write } = keyboardOf(page);
    const room = () => site.testApp.seller.call(`GET /v1/performances/${id}/room`);
    await go('/operations');
    await press(/^Rooms$/);
    await page.getByText('Live', { exact: true }).waitFor();
    await write(/Admissions a second/, '30');
    await page.keyboard.press('Enter');
    await page.getByText('In force.').waitFor();
    assert.equal((await room())['ratePerSecond'], 30);
    for (const [name, state, said] of [
      ['Pause', 'paused', 'Paused'],
      ['Open', 'open', 'Open'],
      ['Drain', 'draining', 'Draining'],
      ['Open', 'open', 'Open'],
    ] as const) {
      await press(new RegExp(`^${name}$`));
      await page.locator('.badge', { hasText: new RegExp(`^${said}$`) }).waitFor();
      assert.equal((await room())['state'], state);
      const focused = await page.evaluate(() => document.activeElement?.textContent);
      assert.equal(focused, name, 'the focus stays on what was pressed');
    }

    await press(/^(Operations|Status)$/);
    await write(/^Fans/, '30');
    await write(/^Seconds/, '1');
    await press(/^Send 30 fans$/);
    await page.getByText('30 of 30 have come and gone').waitFor();

    const person = await site.testApp.person('Robin Keys');
    await press(/^Accounts/);
    await write(/^Search/, person.credentials.email);
    await page.getByText(person.credentials.email).waitFor();
    await press(/^seller$/);
    await press(/^Make seller$/);
    await page.locator('[aria-pressed="true"]', { hasText: 'seller' }).waitFor();
    assert.deepEqual((await person.call('GET /v1/accounts/me'))['roles'], ['member', 'seller']);
    await assertQuiet();
    await close();
  });

  test('a fan buys a ticket', async () => {
    const id = await site.testApp.sell({ roomEnabled: true });
    const { page, go, expectTrouble, assertQuiet, close } = await site.visit({
      person: await site.testApp.person(),
      language: 'en',
    });
    expectTrouble(PLACE_SPENT);
    const { press } = keyboardOf(page);
    await go(`/performances/${id}`);
    await press(/Join the line/);
    await page.getByRole('button', { name: 'Go in' }).waitFor();
    await press(/^Go in$/);
    await page.locator('.seat-map').waitFor();
    await press(/^List$/);
    await press(/^3, row 1, section A.*Free/);
    await press(/Book 1 seat/);
    await page.getByText('Time left to pay').waitFor();
    await press(/Charge ₩150,000/);
    // The way to go on takes the focus: what was pressed is gone.
    await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('Pay ') === true);
    await page.keyboard.press('Enter');
    await page.getByText('Your booking is complete!').waitFor();
    await press(/See my tickets/);
    await press(/Show the QR code/);
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await assertQuiet();
    await close();
  });

  test('a seller registers a venue from a file, announces a concert, puts it on sale and sees it sell', async () => {
    const { page, go, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    const { press, write, writeTime, tabTo } = keyboardOf(page);
    await go('/seller');
    await press(/^Venues$/);
    await press(/^New venue$/);
    await write(/Name of the venue/, 'Keys Hall');
    await write(/^Name of the stage$/, 'Main');
    const chooser = page.waitForEvent('filechooser');
    await press(/Open a file/);
    const file = { name: 'hall.csv', mimeType: 'text/csv', buffer: Buffer.from(HALL_CSV) };
    await (await chooser).setFiles(file);
    await page.getByRole('img', { name: 'Plan of 60 seats' }).waitFor();
    await press(/^Save$/);
    await page.getByRole('link', { name: 'Keys Hall' }).waitFor();

    await press(/Concerts/);
    await press(/^New concert$/);
    await write(/^Title/, 'Night of Keys');
    await write(/^Artist/, 'The Tabs');
    await press(/^Save$/);
    await page.getByRole('heading', { name: 'Night of Keys' }).waitFor();
    await press(/^Publish now$/);
    await page.getByRole('button', { name: 'Publish now' }).waitFor({ state: 'detached' });
    await writeTime(/^Begins/, '05052031', '0700PM');
    await writeTime(/^Sale opens/, '01012026', '1000AM');
    await write(/^Price of VIP/, '150000');
    await write(/^Price of R/, '90000');
    await press(/^Add a performance$/);
    await page.getByText('The opening is in the past').waitFor();
    await press(/^Open the sale now$/);
    await page.getByRole('heading', { name: /Night of Keys — .*5 May 2031/ }).waitFor();
    await page.getByRole('img', { name: '60 seats: 0 sold, 0 held, 60 free' }).waitFor();

    const performanceId = new URL(page.url()).pathname.split('/').at(-1)!;
    await write(/^Price of R/, '80000');
    await tabTo(/waiting room/);
    await page.keyboard.press('Space');
    await press(/^Save$/);
    await page.getByText('Saved.').waitFor();
    const buyer = await site.testApp.person();
    await buyer.call('POST /v1/points/charges', { amount: { amount: 400_000, currency: 'KRW' } });
    const body = { performanceId, seatIds: ['A-1-1', 'A-2-1'] };
    const { id } = await buyer.call('POST /v1/reservations', body);
    await buyer.call(`POST /v1/reservations/${id}/payments`, { method: 'points' });
    await page.getByRole('img', { name: '60 seats: 2 sold, 0 held, 58 free' }).waitFor();
    await page.locator('.tile', { hasText: 'Takings' }).getByText('₩230,000').waitFor();
    await assertQuiet();
    await close();
  });

  test('a seller changes a venue, thinks again about removing it, and removes it', async () => {
    const { page, go, assertQuiet, close } = await site.visit({
      person: site.testApp.seller,
      language: 'en',
    });
    const venue = await site.testApp.seller.call('POST /v1/venues', {
      name: 'Old Barn',
      address: '',
      stages: [{ name: 'Floor', plan: smallHall }],
    });
    const { press, write } = keyboardOf(page);
    await go('/seller/venues');
    await press(/^Old Barn$/);
    await write(/Name of the venue/, 'New Barn');
    await press(/^Change the seats$/);
    await write(/^Seat plan/, HALL_CSV);
    await page.getByRole('img', { name: 'Plan of 60 seats' }).waitFor();
    await press(/^Save the changes$/);
    await page.getByRole('link', { name: 'New Barn' }).waitFor();
    const { stages } = await site.testApp.seller.call(`GET /v1/venues/${venue.id}`);
    assert.equal((stages as readonly { readonly capacity: number }[])[0]?.capacity, 60);

    await press(/^New Barn$/);
    await press(/^Remove the venue$/);
    // The focus is on the answer that does nothing.
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Venues' }).waitFor();
    await page.getByRole('link', { name: 'New Barn' }).waitFor({ state: 'detached' });
    await assertQuiet();
    await close();
  });
});
