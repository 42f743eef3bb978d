import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createFolderMailer } from '../../src/adapters/eml/mailer.ts';
import { createSmtpMailer } from '../../src/adapters/smtp/mailer.ts';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import type { Mail, Mailer } from '../../src/modules/mail/index.ts';
import { TEST_CERTIFICATE } from '../support/mail/certificate.ts';
import { MailServer, type MailServerOptions } from '../support/mail/mail-server.ts';
import { FROM, mailerContract, mailOf } from './mailer.contract.ts';

const TIMEOUT = { timeout: 60_000 };
const trusted = getCACertificates('default');

let folder: string;
let server: MailServer;
let smtp: Mailer;

const mailerFor = (port: number, url: Partial<{ scheme: string; user: string }> = {}, timeoutMs = 5_000) =>
  createSmtpMailer({
    url: `${url.scheme ?? 'smtp'}://${url.user ?? ''}localhost:${port}`,
    tls: 'required',
    from: FROM,
    timeoutMs,
    connectionsMax: 2,
  });

before(async () => {
  setDefaultCACertificates([...trusted, TEST_CERTIFICATE]);
  folder = await mkdtemp(join(tmpdir(), 'mails-'));
  server = await MailServer.start();
  smtp = mailerFor(server.port);
});
after(async () => {
  smtp.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  setDefaultCACertificates(trusted);
});

const names = async (of = folder) => (await readdir(of)).toSorted();
const files = async (of = folder) =>
  Promise.all((await names(of)).map((name) => readFile(join(of, name), 'utf8')));

mailerContract('a folder', () => ({
  mailer: createFolderMailer({ folder, from: FROM }),
  messages: () => files(),
}));
mailerContract('SMTP', () => ({
  mailer: smtp,
  // A second time is the recipient's to see by the Message-ID.
  messages: () => Promise.resolve([...new Set(server.taken.map(({ raw }) => raw))]),
}));

const send = (mailer: Mailer, mail: Mail = mailOf(), ms = 20_000) =>
  mailer.send(mail, AbortSignal.timeout(ms));
const isAway = (error: unknown) => {
  assert.ok(error instanceof UnavailableFault && error.dependency === 'mail', String(error));
  assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /@|people/);
  return true;
};

describe('a folder of mails', () => {
  it('has the same bytes as a mail server gets', TIMEOUT, async () => {
    const mail = mailOf();
    await send(smtp, mail);
    const own = await mkdtemp(join(tmpdir(), 'mails-same-'));
    await send(createFolderMailer({ folder: own, from: FROM }), mail);
    // A mail server ends the message with the line that the protocol needs.
    assert.equal(server.taken.at(-1)?.raw.trimEnd(), (await files(own))[0]?.trimEnd());
    await rm(own, { recursive: true });
  });

  it('keeps the latest, for its owner alone', TIMEOUT, async () => {
    const own = join(folder, 'made', 'here');
    const mailer = createFolderMailer({ folder: own, from: FROM, filesMax: 3 });
    const mails = Array.from({ length: 5 }, () => mailOf());
    for (const mail of mails) await send(mailer, mail);
    const kept = await names(own);
    assert.deepEqual(
      kept.map((name) => name.slice(name.indexOf('-') + 1)),
      mails.slice(2).map(({ id }) => `${id}.eml`),
    );
    assert.match(kept[0]!, /^20260301T0930\d\dZ-/);
    assert.equal((await stat(join(own, kept[0]!))).mode & 0o777, 0o600);
    assert.equal((await stat(own)).mode & 0o777, 0o700);
    await rm(join(folder, 'made'), { recursive: true });
  });

  it('that cannot be written is away, and says where it is', TIMEOUT, async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    const failed = send(createFolderMailer({ folder: file, from: FROM }));
    await assert.rejects(failed, (error) => isAway(error) && String(error).includes(file));
    await rm(file);
  });
});

describe('a mail server', () => {
  const withServer = async (options: MailServerOptions, work: (own: MailServer) => Promise<void>) => {
    const own = await MailServer.start(options);
    try {
      await work(own);
    } finally {
      await own.stop();
    }
  };

  it('is spoken to by TLS alone', TIMEOUT, async () => {
    await send(smtp);
    assert.equal(server.taken.at(-1)?.secure, true);
    await withServer({ tls: 'none' }, async (own) => {
      await assert.rejects(send(mailerFor(own.port)), isAway);
      assert.deepEqual(own.asked, [], 'nothing of the mail was said');
    });
    await withServer({ tls: 'implicit', password: 'p@ss/word' }, async (own) => {
      const mailer = mailerFor(own.port, { scheme: 'smtps', user: 'shop:p%40ss%2Fword@' });
      assert.equal((await send(mailer)).isTaken, true);
      mailer.close();
      await assert.rejects(send(mailerFor(own.port, { scheme: 'smtps', user: 'shop:wrong@' })), isAway);
    });
  });

  it('whose certificate nobody vouches for is told nothing', TIMEOUT, async () => {
    setDefaultCACertificates(trusted);
    try {
      const asked = server.asked.length;
      await assert.rejects(send(mailerFor(server.port)), isAway);
      assert.equal(server.asked.length, asked);
    } finally {
      setDefaultCACertificates([...trusted, TEST_CERTIFICATE]);
    }
  });

  it(
    'that refuses a recipient or a message for good is not asked again; for now, later',
    TIMEOUT,
    async () => {
      await withServer({}, async (own) => {
        const mailer = mailerFor(own.port);
        own.refuse = {
          recipient: (address) => (address.startsWith('gone') ? { responseCode: 550 } : undefined),
        };
        const gone = await send(mailer, mailOf({ to: { name: 'Gone', address: 'gone@people.example' } }));
        assert.deepEqual(gone, { isTaken: false, because: 'EENVELOPE RCPT TO 550' });
        assert.equal((await send(mailer)).isTaken, true, 'others are taken on the same connection');
        own.refuse = { message: { responseCode: 554 } };
        assert.equal((await send(mailer)).isTaken, false);
        const isPutOff = { code: 'mail_put_off', retryable: true };
        own.refuse = { recipient: () => ({ responseCode: 450 }) };
        await assert.rejects(send(mailer), isPutOff);
        own.refuse = { message: { responseCode: 451 } };
        await assert.rejects(send(mailer), isPutOff);
        for (const forAll of [{ sender: { responseCode: 553 } }, { message: { responseCode: 421 } }]) {
          own.refuse = forAll;
          await assert.rejects(send(mailer), isAway);
        }
        mailer.close();
      });
    },
  );

  it('that is away or silent is waited for no longer than allowed', TIMEOUT, async () => {
    const gone = await MailServer.start();
    const { port } = gone;
    await gone.stop();
    await assert.rejects(send(mailerFor(port)), isAway);
    await withServer({}, async (own) => {
      own.refuse = { recipient: () => 'silence' };
      const byItsSteps = mailerFor(own.port, {}, 200);
      await assert.rejects(send(byItsSteps), isAway);
      const asAWhole = mailerFor(own.port);
      await assert.rejects(send(asAWhole, mailOf(), 200), isAway);
      byItsSteps.close();
      asAWhole.close();
    });
  });
});
