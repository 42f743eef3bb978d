import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommand, startSystem } from '../support/system.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Starts the system and kills its whole group, without warning, as soon as it says `what`. */
async function killWhen(what: RegExp, dataDir: string): Promise<void> {
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const said: string[] = [];
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (what.test(line)) process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
  await ended;
  assert.equal(child.signalCode, 'SIGKILL', `it ended by itself:\n${said.join('\n')}`);
}

test('a start that is killed while demo data is loaded leaves none of it, and the next one loads it', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'firstcome-demo-crash-'));
  try {
    await killWhen(/^Demo data: selling/, dataDir);
    const check = await runCommand(dataDir, ['check']);
    assert.equal(check.code, 0, check.stdout);
    const { invariants } = JSON.parse(check.stdout) as { invariants: { name: string; checked: number }[] };
    assert.equal(invariants.find(({ name }) => name === 'tickets_match_reservations')?.checked, 0);
    const system = await startSystem({ dataDir });
    try {
      const { items } = (await (await fetch(`${system.address}/v1/concerts?limit=100`)).json()) as {
        items: unknown[];
      };
      assert.equal(items.length, 12);
      const after = await runCommand(dataDir, ['check']);
      assert.equal(after.code, 0, after.stdout);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
