import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { busyMsOf, createProcessTable, parsePs } from './process-table.ts';
import { usageOf } from './usage.ts';

test('a process is seen with its parent, its time and its memory, and no longer when it has ended', async () => {
  const table = createProcessTable();
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  assert.ok(table.childrenOf(process.pid).includes(child.pid!));
  const row = table.read(child.pid!);
  assert.equal(row?.parent, process.pid);
  assert.ok(row.privateBytes > 0 && row.cpuMs >= row.mainThreadMs);
  child.stdin.end();
  await once(child, 'exit');
  assert.equal(table.read(child.pid!), undefined);
});

test('ps is read with days, hours and hundredths', () => {
  const rows = parsePs('  7  1 1-02:03:04 2048\n 12  7 0:03.25 10\n');
  assert.deepEqual(
    rows.map(({ pid, parent, cpuMs, privateBytes }) => [pid, parent, cpuMs, privateBytes]),
    [
      [7, 1, 93_784_000, 2_097_152],
      [12, 7, 3_250, 10_240],
    ],
  );
});

test('the time of the machine is that of its processors at work', () => {
  assert.equal(busyMsOf('cpu  10 1 5 1000 7 2 3 4 0 0\ncpu0 5 0 2 500 3 1 1 2 0 0\n'), 250);
});

test('use is counted from sample to sample, also of what began in between', () => {
  const row = (pid: number, cpuMs: number) => ({
    pid,
    parent: 1,
    cpuMs,
    mainThreadMs: cpuMs,
    privateBytes: 10,
    sharedBytes: 100,
  });
  const sample = (atMs: number, server: ReturnType<typeof row>[]) => ({
    atMs,
    rows: { generator: [], server, postgres: [], subscribers: [], others: [] },
  });
  const samples = [
    sample(0, [row(1, 500)]),
    sample(1_000, [row(1, 1_100), row(2, 200)]),
    sample(2_000, [row(1, 1_300)]),
  ];
  const usage = usageOf('server', samples);
  assert.equal(usage.cores, 0.5);
  assert.equal(usage.busiestCores, 0.4);
  assert.equal(usage.processes, 2);
  assert.equal(usage.memoryBytesMax, 120);
  assert.deepEqual(
    usage.course.map(({ cores }) => cores),
    [0.8, 0.2],
  );
});
