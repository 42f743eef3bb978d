import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { TEST_CERTIFICATE } from '../support/mail/certificate.ts';
import { MailServer } from '../support/mail/mail-server.ts';
import { readMessage } from '../support/mail/read-message.ts';
import { Shop } from '../support/reservations/shop.ts';
import { runCommand } from '../support/system.ts';
import { until } from '../support/until.ts';
import type { Person } from '../support/waiting-room/test-app.ts';

const TIMEOUT = { timeout: 60_000 };

describe('mails over SMTP', () => {
  const trusted = getCACertificates('default');
  let server: MailServer;
  let own: Shop;
  before(async () => {
    setDefaultCACertificates([...trusted, TEST_CERTIFICATE]);
    server = await MailServer.start();
    own = await Shop.open({ MAIL_URL: `smtp://localhost:${server.port}`, MAIL_TIMEOUT_MS: '1000' });
  });
  after(async () => {
    await own.close();
    await server.stop();
    setDefaultCACertificates(trusted);
  });

  const addressOf = (person: Person) => `${person.accountId}@room.example`;
  const idsFor = (person: Person) =>
    server.taken
      .filter(({ to }) => to === addressOf(person))
      .map(({ raw }) => readMessage(raw).headers.get('message-id'));
  const bought = async (): Promise<Person> => {
    const person = await own.buyer();
    await own.bought(person, await own.performance(), [1]);
    return person;
  };
  const rows = (person: Person) =>
    own.testApp.database.query<{ outcome: string | null; attempts: number }>(
      `select outcome, attempts from mail where account_id = $1 and about->>'kind' = 'ticket'`,
      [person.accountId],
    );

  it(
    'wait for a server that is away, which readiness tells, and are sent once it is back',
    TIMEOUT,
    async () => {
      const { port } = server;
      await server.stop();
      const person = await bought();
      await until(async () => ((await rows(person))[0]?.attempts ?? 0) > 0);
      const ready = await until(
        () => own.testApp.call(undefined, 'GET /health/ready'),
        ({ body }) => body['checks'].mail === 'failed',
      );
      assert.equal(ready.status, 200, 'sales go on');
      server = await MailServer.start({ port });
      await own.testApp.database.query('update mail set due_at = now() where due_at is not null');
      await until(() => idsFor(person).length >= 2);
      await until(async () => (await rows(person))[0]?.outcome === 'sent');
    },
  );

  it('that were sent but not noted go out again under the same id, and once otherwise', TIMEOUT, async () => {
    const person = await bought();
    await until(async () => (await rows(person))[0]?.outcome === 'sent');
    const ids = () => idsFor(person).filter((id) => id?.includes('.'));
    assert.equal(new Set(ids()).size, ids().length, 'each once');
    const sentBefore = ids().length;
    // As where the process was killed between the server's answer and the commit.
    await own.testApp.app.stop();
    await own.testApp.database.query(
      `update mail set outcome = null, ended_at = null, due_at = now() where account_id = $1 and about->>'kind' = 'ticket'`,
      [person.accountId],
    );
    await own.testApp.start();
    await until(() => ids().length > sentBefore);
    assert.equal(new Set(ids()).size, sentBefore);
  });

  it('to somebody whom the server refuses are given up at once, and hold up nobody', TIMEOUT, async () => {
    const refused = await own.buyer();
    server.refuse = {
      recipient: (address) => (address === addressOf(refused) ? { responseCode: 550 } : undefined),
    };
    await own.bought(refused, await own.performance(), [1]);
    await until(async () => (await rows(refused))[0]?.outcome === 'refused');
    assert.deepEqual(await rows(refused), [{ outcome: 'refused', attempts: 1 }]);
    const other = await bought();
    await until(async () => (await rows(other))[0]?.outcome === 'sent');
  });

  it('to a mailbox that is full are tried again, for three days, and hold up nobody', TIMEOUT, async () => {
    const full = await own.buyer();
    server.refuse = {
      recipient: (address) => (address === addressOf(full) ? { responseCode: 452 } : undefined),
    };
    await own.bought(full, await own.performance(), [1]);
    await until(async () => ((await rows(full))[0]?.attempts ?? 0) > 0);
    const other = await bought();
    await until(async () => (await rows(other))[0]?.outcome === 'sent');
    const ready = await own.testApp.call(undefined, 'GET /health/ready');
    assert.equal(ready.body['checks'].mail, 'ok', 'the server is there');
    assert.equal((await rows(full))[0]?.outcome, null);
    await own.testApp.database.query(
      `update mail set due_at = now(), occurred_at = now() - interval '3 days' where due_at is not null`,
    );
    await until(async () => (await rows(full))[0]?.outcome === 'given-up');
  });

  it('that nobody will get are listed by a command', TIMEOUT, async () => {
    const { dataDir, databaseUrl, database } = own.testApp;
    const lost = await database.query<{ id: string; outcome: string }>(
      `select id, outcome from mail where outcome in ('refused', 'given-up') order by ended_at desc`,
    );
    assert.deepEqual(new Set(lost.map(({ outcome }) => outcome)), new Set(['refused', 'given-up']));
    const { code, stdout, stderr } = await runCommand(dataDir, ['mails'], { DATABASE_URL: databaseUrl });
    assert.equal(code, 0, stderr);
    const listed = stdout.trim().split('\n');
    assert.deepEqual(
      listed.map((line) => JSON.parse(line)).map(({ id, outcome }) => ({ id, outcome })),
      lost,
    );
    assert.doesNotMatch(stdout, /@/);
  });

  it('begin with what happens after the first start', TIMEOUT, async () => {
    const old = await bought();
    await until(async () => (await rows(old))[0]?.outcome === 'sent');
    await own.testApp.app.stop();
    await own.testApp.database.query(`delete from mail`);
    await own.testApp.database.query(`delete from event_mark where consumer = 'mail'`);
    await own.testApp.database.query(`delete from event_consumer where name = 'mail'`);
    await own.testApp.start();
    const fresh = await bought();
    await until(async () => (await rows(fresh))[0]?.outcome === 'sent');
    assert.deepEqual(await rows(old), []);
  });
});
