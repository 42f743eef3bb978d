import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hasProgram, quickStartOf, runQuickStart, type ShellName } from '../support/quick-start.ts';
import { type System, startSystem } from '../support/system.ts';

describe('the quick start of the README', { timeout: 300_000 }, () => {
  let dataDir: string;
  let system: System;
  let block: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'firstcome-readme-'));
    system = await startSystem({ dataDir });
    block = await quickStartOf('README.md');
  });

  after(async () => {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const run = (shell: ShellName) => runQuickStart(block, { api: `${system.address}/v1`, shell });

  test('takes a new user from sign-up through the room to a paid ticket, and says for what', async () => {
    assert.ok(hasProgram('bash') && hasProgram('curl'), 'the quick start needs bash and curl');
    const { lines, complaints } = await run('bash');
    assert.equal(complaints, '');
    assert.equal(lines.length, 6, lines.join('\n'));
    assert.equal(lines[0], `firstcome answers at ${system.address}/v1`);
    const [account, charge, entry, payment] = lines.slice(1, 5).map((line) => JSON.parse(line));
    assert.equal(account.email, 'fan@example.com');
    assert.equal(charge.balanceAfter.amount, 500_000);
    assert.equal(entry.number, 1);
    assert.equal(payment.status, 'succeeded');
    assert.match(
      lines[5] ?? '',
      /^You bought a ticket for .*\d{4}-\d\d-\d\dT\S+Z: section \S+, row \S+, seat \d+ \(\S+\)\.$/,
    );
  });

  test('works again, and as it is pasted into zsh, which knows no remarks there', async (context) => {
    assert.doesNotMatch(block, /^\s*#/m);
    if (!hasProgram('zsh')) return context.skip('no zsh on this machine');
    const { lines, complaints } = await run('zsh');
    assert.doesNotMatch(complaints, /not found|no matches|parse error|bad pattern/);
    assert.match(lines.at(-1) ?? '', /^You bought a ticket for /);
  });

  test('says so where nothing answers', async () => {
    const [first = ''] = block.split('\n').filter((line) => line.startsWith('curl'));
    const api = 'http://127.0.0.1:1/v1';
    const { lines } = await runQuickStart(`API=${api}\n${first}\n`, { api, shell: 'bash' });
    assert.deepEqual(lines, [`Nothing answers at ${api}: run npm start first`]);
  });

  test('is the same in every language', async () => {
    assert.equal(await quickStartOf('README.ko.md'), block);
  });
});
