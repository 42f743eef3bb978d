import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { mailsOnceThere, type ReadMessage } from '../../support/mail/read-message.ts';
import type { Person } from '../support/test-app.ts';
import { describePages } from '../support/test-site.ts';
import type { Visit } from '../support/visit.ts';

async function fillIn(page: Page, { credentials }: Person): Promise<void> {
  await page.getByLabel('이메일').fill(credentials.email);
  await page.getByLabel('비밀번호').fill(credentials.password);
  await page.getByRole('button', { name: '로그인' }).click();
}

/** A mail as a mail program shows it; the picture is for people to look at. */
async function showMail(visit: Visit, { html }: ReadMessage, picture: string): Promise<void> {
  await visit.page.goto('about:blank');
  await visit.page.setContent(html);
  await visit.picture(picture);
}

const balanceOf = async (person: Person) => (await person.call('GET /v1/points'))['balance'];

describePages('accounts in one browser', (site) => {
  test('a tab whose account was replaced in another tab stops, says who is in, and does nothing for them', async () => {
    const [one, other] = [await site.testApp.person('김하나'), await site.testApp.person('이두리')];
    const { page, go, picture, assertAccessible, assertQuiet, close } = await site.visit({ person: one });
    await go('/points');
    await page.getByRole('button', { name: '50,000원 충전' }).waitFor();
    const second = await page.context().newPage();
    await second.goto('/sign-in');
    await fillIn(second, other);
    await second.getByRole('searchbox').waitFor();
    await page.getByRole('heading', { name: '다른 계정으로 로그인되어 있습니다' }).waitFor();
    await page.getByText(`이두리(${other.credentials.email})`).waitFor();
    assert.equal(await page.getByRole('button', { name: /충전/ }).count(), 0);
    await assertAccessible();
    await picture('other-account-ko');
    assert.deepEqual(await balanceOf(other), { amount: 0, currency: 'KRW' });
    await page.getByRole('link', { name: '지금 계정으로 계속하기' }).click();
    await page.getByRole('button', { name: '내 계정' }).click();
    await page.getByText('이두리').waitFor();
    await assertQuiet();
    await close();
  });

  test('a tab that heard nothing of it finds the other account at its next renewal and charges nobody', async () => {
    const [one, other] = [await site.testApp.person(), await site.testApp.person('이두리')];
    const { page, go, expectTrouble, close } = await site.visit({ person: one });
    await page.addInitScript(() => addEventListener('storage', (event) => event.stopImmediatePropagation()));
    await go('/points');
    await page.getByRole('button', { name: '50,000원 충전' }).waitFor();
    expectTrouble(/401/);
    // Another tab signs in; the session of this one ends with that.
    await page.evaluate(
      (body) =>
        fetch('/v1/sessions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      other.credentials,
    );
    await page.getByRole('button', { name: '50,000원 충전' }).click();
    await page.getByRole('heading', { name: '다른 계정으로 로그인되어 있습니다' }).waitFor();
    for (const person of [one, other])
      assert.deepEqual(await balanceOf(person), { amount: 0, currency: 'KRW' });
    await close();
  });

  test('who signs up gets a mail in the language of the page, whose link confirms the address', async () => {
    const { mailFolder } = site.testApp;
    const email = 'new-reader@pages.example';
    const visit = await site.visit({ language: 'en' });
    const { page, go, picture, expectTrouble, assertAccessible, close } = visit;
    await go('/sign-up');
    await page.getByLabel('Name').fill('Sky Kim');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('searchbox').waitFor();
    await page.getByRole('button', { name: 'My account' }).click();
    await page.getByText('You have not confirmed your e-mail address yet.').waitFor();
    await page.getByRole('button', { name: 'Send the mail again' }).click();
    await page.getByText('The mail is on its way.').waitFor();
    await picture('account-unconfirmed-en');
    const [mail] = await mailsOnceThere(mailFolder, email, 2);
    assert.equal(mail!.headers.get('subject'), 'Confirm your e-mail address');
    const link = /http\S+\/confirm-email#token=\S+/.exec(mail!.text)?.[0] ?? '';
    await go(link);
    assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the address');
    await assertAccessible();
    await picture('confirm-email-en');
    await page.getByRole('button', { name: 'Confirm this address' }).click();
    await page.getByText(`${email} is confirmed.`).waitFor();
    await picture('confirm-email-done-en');
    expectTrouble(/409.*email-confirmations/);
    await page.goto('about:blank');
    await go(link);
    await page.getByRole('button', { name: 'Confirm this address' }).click();
    await page.getByText('The address was confirmed with this link already.').waitFor();
    await showMail(visit, mail!, 'mail-confirm-en');
    await close();
  });

  test('mails of a purchase can be read, on a phone too', async () => {
    const { testApp } = site;
    const person = await testApp.person('김하나');
    const performanceId = await testApp.sell();
    const email = person.credentials.email;
    const token = /#token=(\S+)/.exec((await mailsOnceThere(testApp.mailFolder, email, 1))[0]!.text)?.[1];
    await person.call('POST /v1/email-confirmations', { token });
    await person.call('POST /v1/points/charges', { amount: { amount: 500_000, currency: 'KRW' } });
    const held = await person.call('POST /v1/reservations', { performanceId, seatIds: ['A-2-3', 'A-2-4'] });
    await person.call(`POST /v1/reservations/${held.id}/payments`, { method: 'points' });
    const [, ticket] = await mailsOnceThere(testApp.mailFolder, email, 2);
    await person.call(`DELETE /v1/reservations/${held.id}`);
    const [, , refund] = await mailsOnceThere(testApp.mailFolder, email, 3);
    for (const size of ['desktop', 'phone'] as const) {
      const visit = await site.visit({ size });
      const { page, close } = visit;
      for (const [name, mail] of [
        ['ticket', ticket!],
        ['refund', refund!],
      ] as const) {
        await showMail(visit, mail, `mail-${name}-${size}-ko`);
        await page.getByRole('heading', { name: '봄밤의 노래' }).waitFor();
        const cut = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(cut <= 0, 'nothing is cut at the side');
      }
      await close();
    }
  });

  test('the pages of sellers stop as well', async () => {
    const { testApp } = site;
    const other = await testApp.person('이두리');
    const { page, go, close } = await site.visit({ person: testApp.seller });
    await go('/seller/concerts/new');
    await page.getByRole('button', { name: '저장' }).waitFor();
    const second = await page.context().newPage();
    await second.goto('/sign-in');
    await fillIn(second, other);
    await page.getByText(`이두리(${other.credentials.email})`).waitFor();
    assert.equal(await page.getByRole('button', { name: '저장' }).count(), 0);
    await close();
  });

  test('the next person in the same tab gets a place of their own in the line', async () => {
    const [one, other] = [await site.testApp.person(), await site.testApp.person()];
    const id = await site.testApp.sell({ roomEnabled: true });
    await site.testApp.seller.call(`PATCH /v1/performances/${id}/room`, { state: 'paused' });
    const { page, go, assertQuiet, close } = await site.visit({ person: one });
    await go(`/performances/${id}/line`);
    await page.locator('[data-number="1"]').waitFor();
    await page.getByRole('button', { name: '내 계정' }).click();
    await page.getByRole('button', { name: '로그아웃' }).click();
    await fillIn(page, other);
    await page.locator('[data-number="2"][data-ahead="1"]').waitFor();
    await assertQuiet();
    await close();
  });

  test('a sign-out that did not reach the server says so, is tried again and ends the session', async () => {
    const person = await site.testApp.person();
    const { page, go, picture, expectTrouble, assertAccessible, close } = await site.visit({ person });
    expectTrouble(/ERR_FAILED|sessions/);
    await go('/');
    await page.getByRole('button', { name: '내 계정' }).click();
    await page.getByText('김하나').waitFor();
    const away = (path: string) => path.endsWith('/v1/sessions/current');
    await page.route(
      ({ pathname }) => away(pathname),
      (route) => route.abort(),
    );
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.getByText('아직 로그아웃되지 않았습니다').waitFor();
    await page.getByRole('link', { name: '로그인' }).waitFor();
    await assertAccessible();
    await picture('sign-out-lost-ko');
    // Also after a reload, which has no access token: the cookie ends its session.
    await page.reload();
    await page.getByText('아직 로그아웃되지 않았습니다').waitFor();
    await page.getByRole('button', { name: '다시 시도' }).waitFor();
    await page.unrouteAll();
    await page.getByText('아직 로그아웃되지 않았습니다').waitFor({ state: 'detached' });
    const refresh = await page.request.post('/v1/sessions/refresh', { data: {} });
    assert.equal(refresh.status(), 401);
    await close();
  });

  test('a password that is too long is refused where it is made and where it is used, in the same words', async () => {
    const { page, go, close } = await site.visit();
    const words = page.getByText('비밀번호는 8자 이상 128자 이하여야 합니다.');
    const pasted = 'correct horse battery staple '.repeat(5);
    for (const [path, button] of [
      ['/sign-up', '회원가입'],
      ['/sign-in', '로그인'],
    ] as const) {
      await go(path);
      await page.getByLabel('비밀번호').fill(pasted);
      await page.getByRole('button', { name: button }).click();
      await words.waitFor();
      assert.equal(await page.getByLabel('비밀번호').inputValue(), pasted, 'nothing is cut');
    }
    await go('/sign-up');
    await page.getByLabel('이름').fill('가'.repeat(101));
    await page.getByRole('button', { name: '회원가입' }).click();
    await page.getByText('100자까지 입력할 수 있습니다.').waitFor();
    await close();
  });
});
