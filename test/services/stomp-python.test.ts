/** The client that most users of Python have, stomp.py, from PyPI. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startStomp } from '../support/stomp.ts';

const SOURCES = fileURLToPath(new URL('stomp-python/', import.meta.url));
const execute = promisify(execFile);
const CLIENTS = ['tcp-1.0', 'tcp-1.1', 'tcp-1.2', 'websocket'];

describe('stomp.py', { timeout: 240_000 }, () => {
  it('sends, subscribes, acknowledges, commits and is refused, over TCP and WebSocket', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'firstcome-stomp-python-'));
    const python = join(folder, 'bin', 'python');
    const run = async (program: string, ...words: readonly string[]) =>
      (await execute(program, words, { timeout: 120_000 })).stdout;
    const stomp = await startStomp({ isTimeReal: true });
    try {
      try {
        await run('python3', '-m', 'venv', folder);
        await run(
          python,
          '-m',
          'pip',
          'install',
          '--quiet',
          '--requirement',
          join(SOURCES, 'requirements.txt'),
        );
      } catch (error) {
        const reason = (error as Error).message.trim().split('\n').at(-1);
        test.skip(`could not run: python3 with venv and PyPI: ${reason}`);
        return;
      }
      const printed = await run(
        python,
        join(SOURCES, 'client.py'),
        String(stomp.tcpPort),
        String(stomp.httpPort),
      );
      const seen = JSON.parse(printed) as Record<string, unknown>;
      assert.deepEqual(Object.keys(seen), CLIENTS);
      for (const client of CLIENTS)
        assert.deepEqual(
          seen[client],
          {
            receipts: ['subscribed', 'sent'],
            bodies: ['가: 1', '2'],
            own: true,
            error: 'destination_forbidden',
            left: 0,
          },
          client,
        );
    } finally {
      await stomp.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
