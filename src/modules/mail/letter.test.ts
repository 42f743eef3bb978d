import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LetterDeps, writeLetter } from './letter.ts';
import type { Language, MailAbout, MailFacts, Recipient, Show } from './ports.ts';
import { toHtml, toText } from './render.ts';
import { mailTexts, type TextKey, wordsOf } from './texts.ts';

const NASTY = '<img src=x onerror=alert(1)>&"\'';
const SHOW: Show = {
  title: { text: `봄밤 ${NASTY}`, english: null },
  venue: { text: '하나홀', english: 'Hana Hall' },
  startsAt: Date.UTC(2030, 4, 4, 10, 30),
  timeZone: 'Asia/Seoul',
  cancelReason: undefined,
};
const IDS = { reservationId: 'r-1', performanceId: 'p-1' };
const ABOUT: readonly MailAbout[] = [
  { kind: 'confirm-email' },
  { ...IDS, kind: 'ticket', amount: 240_000, method: 'card' },
  { ...IDS, kind: 'refund', amount: 240_000, method: 'card', reason: 'a reason of tomorrow' },
  { ...IDS, kind: 'cancelled', amount: 240_000 },
  { ...IDS, kind: 'postponed', startsAt: SHOW.startsAt, postponedFrom: 0, answerUntil: 1 },
];

function deps(change: Partial<MailFacts> = {}): LetterDeps {
  const seat = { section: `A${NASTY}`, row: '1', number: 7, grade: 'VIP' };
  return {
    origin: 'https://shop.example',
    confirmationTtlMs: 1_000,
    facts: {
      recipient: () => Promise.resolve(undefined),
      show: () => Promise.resolve(SHOW),
      seats: () => Promise.resolve([seat]),
      goodTickets: () => Promise.resolve([{ id: 't-1', seatNo: 7 }]),
      confirmationToken: () => 'a-token',
      ...change,
    },
  };
}

const recipient = (language: Language, name: string | undefined = NASTY): Recipient => ({
  language,
  name,
  address: 'sky@people.example',
});
const write = (about: MailAbout, to: Recipient, change: Partial<MailFacts> = {}) =>
  writeLetter({ about, accountId: 'a-1', occurredAt: 0 }, to, deps(change));

describe('letters', () => {
  test('have the same texts in both languages, which ask for the same values', () => {
    const names = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    assert.deepEqual(Object.keys(mailTexts.en), Object.keys(mailTexts.ko));
    for (const key of Object.keys(mailTexts.ko) as TextKey[])
      assert.deepEqual(names(mailTexts.en[key]), names(mailTexts.ko[key]), key);
  });

  for (const about of ABOUT)
    for (const language of ['ko', 'en'] as const)
      test(`of ${about.kind} in ${language} are whole, and hold no markup but their own`, async () => {
        const to = { ...recipient(language), ...(about.kind === 'confirm-email' ? { name: undefined } : {}) };
        const letter = await write(about, to);
        assert.ok(letter);
        const [text, html] = [toText(letter), toHtml(letter)];
        assert.doesNotMatch(`${letter.subject} ${text} ${html}`, /\{\w+\}|undefined|null|NaN|\[object/);
        assert.doesNotMatch(html, /<img|onerror=alert\(1\)>|<script/);
        assert.match(html, new RegExp(`<html lang="${language}">`));
        assert.ok(letter.links.length > 0);
        for (const { url } of letter.links) {
          assert.match(url, /^https:\/\/shop\.example\/(?:reservations|tickets|confirm-email)/);
          assert.ok(text.includes(url) && html.includes(`href="${url}"`));
        }
      });

  test('are not written where there is nothing to tell any more', async () => {
    const to = recipient('ko', 'Sky');
    const [confirm, ticket, , cancelled, postponed] = ABOUT;
    assert.equal(await write(confirm!, to), undefined, 'confirmed already');
    assert.equal(await write(ticket!, to, { goodTickets: () => Promise.resolve([]) }), undefined);
    assert.equal(await write(cancelled!, to, { show: () => Promise.resolve(undefined) }), undefined);
    for (const change of [{ startsAt: SHOW.startsAt + 1 }, { cancelReason: 'ill' }]) {
      const show = () => Promise.resolve({ ...SHOW, ...change });
      assert.equal(await write(postponed!, to, { show }), undefined, 'a later mail says so');
    }
  });

  test('say times by the clock of the place, which is named', () => {
    const at = SHOW.startsAt;
    assert.equal(wordsOf('ko').dateTime(at, 'Asia/Seoul'), '2030년 5월 4일 (토) 19:30 한국 시간');
    assert.match(wordsOf('en').dateTime(at, 'Europe/Paris'), /^Sat, 4 May 2030 12:30 \S+/);
  });
});
