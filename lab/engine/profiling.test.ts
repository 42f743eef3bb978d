import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { type CpuProfile, inspectorAddress } from '../profile/inspector.ts';
import { startProfile } from './profiling.ts';

test('a process leaves its profile and its heap in the formats of developer tools', async (t) => {
  const busy =
    'function burn() { for (const end = Date.now() + 5; Date.now() < end;); } setInterval(burn, 1); class Remembered {} globalThis.kept = new Remembered();';
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', '-e', busy], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const folder = await mkdtemp(join(tmpdir(), 'firstcome-profile-'));
  t.after(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  });
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = inspectorAddress(line);
      if (found !== undefined) resolve(found);
    });
  });
  const read = async (name: string) => readFile(join(folder, name), 'utf8');
  // The inspector listens before the program begins.
  for (let isSeen = false; !isSeen; ) {
    const profiling = await startProfile(address, folder);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await profiling.end('3 × Holds, batch');
    const profile = JSON.parse(await read('3-holds-batch.cpuprofile')) as CpuProfile;
    isSeen = profile.nodes.some(({ callFrame }) => callFrame.functionName === 'burn');
    assert.ok(profile.samples.length > 0);
  }
  assert.deepEqual((await readdir(folder)).toSorted(), [
    '3-holds-batch.cpuprofile',
    '3-holds-batch.heapsnapshot',
  ]);
  const heap = JSON.parse(await read('3-holds-batch.heapsnapshot')) as { strings: string[] };
  assert.ok(heap.strings.includes('Remembered'));
});
