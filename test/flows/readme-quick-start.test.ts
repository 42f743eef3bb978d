import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { commandsOf, missingPrograms, quickStartOf, runQuickStart } from '../support/quick-start.ts';
import { startSystem } from '../support/system.ts';

describe('the quick start of the README', () => {
  test('takes a new user from sign-up through the room to a paid ticket', async () => {
    assert.deepEqual(missingPrograms(), [], 'the quick start needs these programs');
    const dataDir = await mkdtemp(join(tmpdir(), 'firstcome-readme-'));
    const system = await startSystem({ dataDir });
    try {
      const { lines, complaints } = await runQuickStart(
        await quickStartOf('README.md'),
        `${system.address}/v1`,
      );
      assert.equal(complaints, '');
      const [account, charge, entry, payment, tickets] = lines.map((line) => JSON.parse(line));
      assert.equal(account.email, 'fan@example.com');
      assert.equal(charge.balanceAfter.amount, 500_000);
      assert.equal(entry.number, 1);
      assert.equal(payment.status, 'succeeded');
      assert.equal(tickets.items.length, 1);
      const [ticket] = tickets.items;
      assert.equal(ticket.reservationId, payment.reservationId);
      assert.equal(ticket.status, 'valid');
      assert.match(ticket.code, /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
      assert.equal(lines.length, 5);
    } finally {
      await system.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  test('is the same in every language', async () => {
    const [english, korean] = await Promise.all(['README.md', 'README.ko.md'].map(quickStartOf));
    assert.deepEqual(commandsOf(korean ?? ''), commandsOf(english ?? ''));
  });
});
