import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mail, Mailer } from '../../src/modules/mail/index.ts';
import { readMessage } from '../support/mail/read-message.ts';

export type MailerFixture = {
  readonly mailer: Mailer;
  /** Every message handed on so far, those of one id once, oldest first. */
  messages(): Promise<readonly string[]>;
};

const TIMEOUT = { timeout: 60_000 };
export const FROM = '표 창구 <tickets@shop.example>';

let mails = 0;
export const mailOf = (fields: Partial<Mail> = {}): Mail => ({
  id: `${++mails}.0190a000-0000-7000-8000-000000000000`,
  to: { name: '김하늘', address: 'sky@people.example' },
  language: 'ko',
  subject: '예매한 티켓: 봄밤의 노래 — 3월 1일',
  text: '안녕하세요.\r\n.\r\n..점으로 시작하는 줄\r\n',
  html: '<p>안녕하세요. <a href="https://shop.example/tickets">티켓</a></p>',
  date: Date.UTC(2026, 2, 1, 9, 30, mails),
  ...fields,
});

const signal = () => AbortSignal.timeout(20_000);

/** What every mailer promises. */
export function mailerContract(adapter: string, fixture: () => MailerFixture): void {
  const sent = async (mail: Mail) => {
    const outcome = await fixture().mailer.send(mail, signal());
    assert.deepEqual(outcome, { isTaken: true });
    const found = (await fixture().messages()).filter((raw) => raw.includes(`<${mail.id}@`));
    assert.equal(found.length, 1);
    return { raw: found[0]!, ...readMessage(found[0]!) };
  };

  describe(`mailer: ${adapter}`, () => {
    it('hands on headers, text and HTML as they are', TIMEOUT, async () => {
      const mail = mailOf();
      const { headers, text, html } = await sent(mail);
      assert.equal(headers.get('from'), FROM);
      assert.equal(headers.get('to'), '김하늘 <sky@people.example>');
      assert.equal(headers.get('subject'), mail.subject);
      assert.equal(headers.get('message-id'), `<${mail.id}@shop.example>`);
      assert.equal(new Date(headers.get('date') ?? '').getTime(), mail.date);
      assert.equal(headers.get('auto-submitted'), 'auto-generated');
      assert.equal(headers.get('content-language'), 'ko');
      assert.deepEqual([text.trimEnd(), html.trimEnd()], [mail.text.trimEnd(), mail.html]);
    });

    it('lets nothing that a person wrote begin a header, name a recipient or end one', TIMEOUT, async () => {
      const attempts = [
        'Kim\r\nBcc: thief@evil.example',
        'Kim\nX-Own: 1\r\n\r\n<script>',
        'Kim" <thief@evil.example>, "',
        'Kim\u2028Bcc: thief@evil.example\u202e',
        '=?utf-8?Q?=0D=0ABcc:_thief@evil.example?=',
      ];
      for (const attempt of attempts) {
        const mail = mailOf({ to: { name: attempt, address: 'kim@people.example' }, subject: attempt });
        const { raw, headers } = await sent(mail);
        assert.deepEqual(
          [...headers.keys()].toSorted(),
          [
            'auto-submitted',
            'content-language',
            'content-type',
            'date',
            'from',
            'message-id',
            'mime-version',
            'subject',
            'to',
          ],
          JSON.stringify(attempt),
        );
        const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
        assert.equal(head.match(/<kim@people\.example>/g)?.length, 1);
        assert.doesNotMatch(head, /^(?:Bcc|X-Own)/im);
        assert.match(head, /^To: [^\r\n]*(?:\r\n [^\r\n]*)* ?<kim@people\.example>\r$/m);
      }
    });

    it('hands on long lines and many of them whole', TIMEOUT, async () => {
      const text = `${'가나다라 '.repeat(5_000)}\r\n${'x'.repeat(3_000)}`;
      assert.equal((await sent(mailOf({ text }))).text.trimEnd(), text);
    });

    it('given the same twice hands on the same bytes', TIMEOUT, async () => {
      const mail = mailOf();
      const first = await sent(mail);
      const again = await sent(mail);
      assert.equal(again.raw, first.raw);
    });

    it('goes on after it was closed', TIMEOUT, async () => {
      await sent(mailOf());
      fixture().mailer.close();
      fixture().mailer.close();
      await sent(mailOf());
    });
  });
}
