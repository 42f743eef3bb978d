import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { flamePage } from './flame-page.ts';
import { flameTree, hottest } from './flame-tree.ts';
import { type CpuProfile, Inspector, inspectorAddress } from './inspector.ts';

function node(id: number, functionName: string, url: string, children: readonly number[] = []) {
  return { id, callFrame: { functionName, url, lineNumber: id }, children };
}

/** `hold` is called from two lines of `route`; `wait` is idle time. */
const PROFILE: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 7]),
    node(2, 'route', 'file:///app/src/routes.ts', [3, 4]),
    node(3, 'hold', 'file:///app/src/hold.ts', [5]),
    node(4, 'hold', 'file:///app/src/hold.ts', [6]),
    node(5, 'parse', 'file:///app/node_modules/@scope/lib/lib/parse.js'),
    node(6, '', 'node:net'),
    node(7, '(idle)', ''),
  ],
  samples: [2, 3, 4, 5, 6, 7, 3],
  timeDeltas: [10, 20, 30, 40, 50, 1_000, 5],
};

describe('a flame graph', () => {
  test('adds up calls of one function from one caller, and leaves out idle time', () => {
    const root = flameTree(PROFILE);
    assert.equal(root.totalUs, 155);
    const route = root.children.get('route routes.ts');
    assert.deepEqual([route?.selfUs, route?.totalUs, route?.children.size], [10, 155, 1]);
    const hold = route?.children.get('hold hold.ts');
    assert.deepEqual([hold?.selfUs, hold?.totalUs], [55, 145]);
    assert.deepEqual(
      [...(hold?.children.keys() ?? [])],
      ['parse @scope/lib/parse.js', '(anonymous) node:net'],
    );
  });

  test('names the functions that took the time themselves, the longest first', () => {
    assert.deepEqual(hottest(flameTree(PROFILE), 2), [
      { name: 'hold hold.ts', selfUs: 55 },
      { name: '(anonymous) node:net', selfUs: 50 },
    ]);
  });

  test('is a page that asks for nothing from outside and runs no name as code', () => {
    const odd = { ...PROFILE, nodes: [...PROFILE.nodes.slice(0, 6), node(7, '<script>', 'x')] };
    const page = flamePage('holds', flameTree(odd));
    assert.match(page, /route routes\.ts/);
    assert.ok(!/(?:src|href)=|https?:/.test(page));
    assert.ok(!page.includes('<script> x'));
  });

  test('of nothing is a page as well', () => {
    const page = flamePage('nothing', flameTree({ nodes: [], samples: [], timeDeltas: [] }));
    assert.match(page, /0\.00 s of processor time/);
  });
});

test('a process is profiled by its inspector', { timeout: 60_000 }, async (t) => {
  const busy =
    'function burn() { for (const end = Date.now() + 5; Date.now() < end;); } setInterval(burn, 1)';
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', '-e', busy], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const found = inspectorAddress(line);
      if (found !== undefined) resolve(found);
    });
  });
  const inspector = await Inspector.connect(address);
  // The inspector listens before the program begins.
  for (let isSeen = false; !isSeen; ) {
    await inspector.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    isSeen = hottest(flameTree(await inspector.stop()), 20).some(({ name }) => name.startsWith('burn'));
  }
  inspector.close();
});
