import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  mailsTo as mailsIn,
  mailsOnceThere as mailsOnceIn,
  type ReadMessage,
} from '../support/mail/read-message.ts';
import { Cards } from '../support/reservations/cards.ts';
import { Shop } from '../support/reservations/shop.ts';
import type { Person } from '../support/waiting-room/test-app.ts';

const TIMEOUT = { timeout: 60_000 };
const ORIGIN = 'https://tickets.example';
const PASSWORD = 'a long enough password';

let shop: Shop;
let cards: Cards;

before(async () => {
  shop = await Shop.open({ PUBLIC_URL: `${ORIGIN}/` });
  cards = new Cards(shop);
});
after(() => shop.close());

const folder = () => join(shop.testApp.dataDir, 'mail');
const mailsTo = (address: string) => mailsIn(folder(), address);
const mailsOnceThere = (address: string, count: number) => mailsOnceIn(folder(), address, count);

type Signed = Person & { readonly email: string };
let people = 0;

async function signedUp(more: object = {}): Promise<Signed> {
  const email = `fan-${++people}@people.example`;
  const body = { email, password: PASSWORD, name: '김하늘', ...more };
  const account = await shop.testApp.call(undefined, 'POST /v1/accounts', { body });
  assert.equal(account.status, 201, JSON.stringify(account.body));
  const session = await shop.testApp.call(undefined, 'POST /v1/sessions', {
    body: { email, password: PASSWORD },
  });
  return { email, accountId: account.body['id'], token: session.body['accessToken'] };
}

const tokenIn = ({ text }: ReadMessage) => /\/confirm-email#token=([\w-]+)/.exec(text)?.[1] ?? '';
const confirm = (token: string) =>
  shop.testApp.call(undefined, 'POST /v1/email-confirmations', { body: { token } });
const subjects = (mails: readonly ReadMessage[]) => mails.map(({ headers }) => headers.get('subject'));

async function confirmed(more: object = {}): Promise<Signed> {
  const person = await signedUp(more);
  const [first] = await mailsOnceThere(person.email, 1);
  assert.equal((await confirm(tokenIn(first!))).status, 200);
  return person;
}

describe('the mail of a sign-up', () => {
  it('has a link that confirms the address, once', TIMEOUT, async () => {
    const person = await signedUp();
    const own = () => shop.testApp.call(person, 'GET /v1/accounts/me');
    assert.deepEqual([(await own()).body['emailConfirmed'], (await own()).body['language']], [false, 'ko']);
    const [mail, ...others] = await mailsOnceThere(person.email, 1);
    assert.deepEqual(others, []);
    assert.equal(mail!.headers.get('subject'), '이메일 주소를 확인해 주세요');
    assert.ok(mail!.text.includes(`${ORIGIN}/confirm-email#token=`) && mail!.html.includes('#token='));
    const done = await confirm(tokenIn(mail!));
    assert.deepEqual([done.status, done.body], [200, { email: person.email }]);
    assert.equal((await own()).body['emailConfirmed'], true);
    const again = await confirm(tokenIn(mail!));
    assert.deepEqual([again.status, again.body['code']], [409, 'confirmation_used']);
  });

  it('does not say the name: it is not known yet who reads there', TIMEOUT, async () => {
    const person = await signedUp({ name: 'WIN http://evil.example NOW' });
    const [mail] = await mailsOnceThere(person.email, 1);
    assert.doesNotMatch(`${mail!.headers.get('to')} ${mail!.text} ${mail!.html}`, /evil/);
  });

  it('is sent again when asked for, a few times, until it is confirmed', TIMEOUT, async () => {
    const person = await signedUp({ language: 'en' });
    const again = () => shop.testApp.call(person, 'POST /v1/accounts/me/email-confirmations');
    const statuses = [(await again()).status, (await again()).status, (await again()).status];
    const limited = await again();
    assert.deepEqual([...statuses, limited.status], [204, 204, 204, 429]);
    assert.equal(limited.body['code'], 'rate_limited');
    const mails = await mailsOnceThere(person.email, 4);
    assert.deepEqual(new Set(subjects(mails)), new Set(['Confirm your e-mail address']));
    assert.equal(new Set(mails.map(({ headers }) => headers.get('message-id'))).size, 4);
    assert.equal((await confirm(tokenIn(mails[2]!))).status, 200);
    assert.equal((await confirm(tokenIn(mails[0]!))).body['code'], 'confirmation_used');
    const other = await confirmed();
    const needless = await shop.testApp.call(other, 'POST /v1/accounts/me/email-confirmations');
    assert.deepEqual([needless.status, needless.body['code']], [409, 'email_confirmed']);
  });

  it('confirms nothing where it was altered', TIMEOUT, async () => {
    const person = await signedUp();
    const token = tokenIn((await mailsOnceThere(person.email, 1))[0]!);
    const other = await signedUp();
    const foreign = tokenIn((await mailsOnceThere(other.email, 1))[0]!);
    const swap = (at: number) =>
      `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    const forged = ['x', swap(3), swap(24), swap(40), `${token}A`, foreign.slice(0, 22) + token.slice(22)];
    for (const one of forged) {
      const { status, body } = await confirm(one);
      assert.deepEqual([status, body['code']], [403, 'confirmation_invalid'], one);
    }
    assert.equal((await shop.testApp.call(person, 'GET /v1/accounts/me')).body['emailConfirmed'], false);
  });
});

describe('the mails of a purchase', () => {
  it('are one with the seats, the time, the place and links, and no code', TIMEOUT, async () => {
    const person = await confirmed();
    await shop.testApp.made(person, 'POST /v1/points/charges', {
      amount: { amount: 10_000, currency: 'KRW' },
    });
    const performanceId = await shop.performance({ startsAt: '2030-05-04T10:30:00.000Z' });
    const id = await shop.bought(person, performanceId, [7, 8]);
    const [, mail] = await mailsOnceThere(person.email, 2);
    const { text, html, headers } = mail!;
    assert.equal(headers.get('subject'), '예매가 완료되었습니다: Evening');
    assert.equal(headers.get('to'), `김하늘 <${person.email}>`);
    for (const part of [
      '김하늘님, 안녕하세요.',
      '2030년 5월 4일 (토) 19:30 한국 시간',
      'Hall',
      'A구역 1열 7번 (R)',
      'A구역 1열 8번 (R)',
      '2,000원 (포인트)',
      `${ORIGIN}/reservations/${id}`,
    ])
      assert.ok(text.includes(part) && html.includes(part), part);
    const tickets = await shop.tickets(person);
    assert.equal(tickets.length, 2);
    for (const ticket of tickets) {
      assert.ok(text.includes(`${ORIGIN}/tickets/${ticket['id']}`));
      const code = String(ticket['code']);
      assert.ok(!`${text}${html}`.replaceAll('-', '').includes(code.replaceAll('-', '')));
    }
    // The same subject and no second mail, also after what was noted down comes again.
    await shop.cancel(person, id);
    const all = await mailsOnceThere(person.email, 3);
    assert.deepEqual(subjects(all), [
      '이메일 주소를 확인해 주세요',
      '예매가 완료되었습니다: Evening',
      '환불되었습니다: Evening',
    ]);
    assert.ok(all[2]!.text.includes('환불 금액: 2,000원') && all[2]!.text.includes('환불 수단: 포인트'));
  });

  it('are in English for who chose it, and say that money goes back to the card', TIMEOUT, async () => {
    const person = await confirmed({ language: 'en', name: 'Sky <b>Kim</b>' });
    const performanceId = await shop.performance({ startsAt: '2030-05-04T10:30:00.000Z' });
    const id = await shop.held(person, performanceId, [1]);
    const { paymentId } = await cards.pay(person, id);
    await mailsOnceThere(person.email, 2);
    await shop.cancel(person, id);
    await cards.untilIs(person, paymentId, 'refunded');
    const [, ticket, refund] = await mailsOnceThere(person.email, 3);
    assert.ok(ticket!.text.includes('Sat, 4 May 2030 19:30 Korean time'));
    assert.ok(ticket!.html.includes('Hello Sky &lt;b&gt;Kim&lt;/b&gt;,'));
    assert.equal(refund!.headers.get('subject'), 'Your refund: Evening');
    for (const part of ['Refund: ₩1,000', 'Goes to: The card that you paid with', 'some days'])
      assert.ok(refund!.text.includes(part), part);
  });
});

describe('the mails of a performance', () => {
  const buyerOf = async (performanceId: string, more: object = {}) => {
    const person = await confirmed(more);
    await shop.testApp.made(person, 'POST /v1/points/charges', {
      amount: { amount: 5_000, currency: 'KRW' },
    });
    return { person, id: await shop.bought(person, performanceId, [++seats]) };
  };
  const callOff = async (performanceId: string, what: string, body: object) => {
    const path = `POST /v1/performances/${performanceId}/${what}`;
    const answer = await shop.testApp.call(shop.testApp.seller, path, { body });
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
  };
  let seats = 0;

  it('that is cancelled say why, and then that the money is back', TIMEOUT, async () => {
    const performanceId = await shop.performance();
    const { person } = await buyerOf(performanceId);
    const holder = await confirmed();
    await shop.held(holder, performanceId, [++seats]);
    await callOff(performanceId, 'cancellation', { reason: '가수가 <아픕니다>' });
    const mails = await mailsOnceThere(person.email, 4);
    assert.deepEqual(
      new Set(subjects(mails).slice(2)),
      new Set(['공연이 취소되었습니다: Evening', '환불되었습니다: Evening']),
    );
    const told = mails.find(({ headers }) => headers.get('subject')?.startsWith('공연이'));
    assert.ok(
      told!.text.includes('취소 사유: 가수가 <아픕니다>') && told!.html.includes('가수가 &lt;아픕니다&gt;'),
    );
    const refund = mails.find(({ headers }) => headers.get('subject')?.startsWith('환불'));
    assert.ok(refund!.text.includes('공연이 취소되어') && refund!.text.includes('환불 금액: 1,000원'));
    assert.equal((await mailsTo(holder.email)).length, 1, 'who only held seats paid nothing');
  });

  it('that is postponed say when it is now, and until when tickets can be handed back', TIMEOUT, async () => {
    const performanceId = await shop.performance({ startsAt: '2030-05-04T10:30:00.000Z' });
    const [one, other] = [await buyerOf(performanceId, { language: 'en' }), await buyerOf(performanceId)];
    await shop.cancel(other.person, other.id);
    await callOff(performanceId, 'postponement', { startsAt: '2030-06-01T10:30:00.000Z' });
    const [, , mail] = await mailsOnceThere(one.person.email, 3);
    assert.equal(mail!.headers.get('subject'), 'New date: Evening');
    for (const part of [
      'Takes place: Sat, 1 June 2030 19:30 Korean time',
      'Instead of: Sat, 4 May 2030 19:30 Korean time',
      'Hand back until: ',
      `${ORIGIN}/reservations/${one.id}`,
    ])
      assert.ok(mail!.text.includes(part), part);
    assert.ok(subjects(await mailsTo(other.person.email)).every((subject) => !subject?.includes('일시')));
  });
});
