import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { environmentExceptions, findForbiddenCalls } from './forbidden-calls.ts';
import { readCode, readProjectFile } from './project-files.ts';
import { parseFile } from './syntax.ts';

function verdicts(path: string, text: string): readonly string[] {
  return findForbiddenCalls(parseFile({ path, text }));
}

test('the project takes time, chance, identity and environment only where it may', () => {
  assert.deepEqual(
    readCode().flatMap((file) => findForbiddenCalls(parseFile(file))),
    [],
  );
});

test('every exception is still needed', () => {
  for (const path of environmentExceptions.keys())
    assert.match(readProjectFile(path), /process\.env/, `${path} reads the environment no more`);
});

describe('the forbidden calls report', () => {
  const forbidden = [
    'const a = Date.now();',
    'const now = Date.now;',
    `const a = Date['now']();`,
    'const a = new Date();',
    'const a = Date();',
    'const a = Math.random();',
    'setTimeout(() => {}, 5);',
    'const timer = setInterval;',
    'run({ later: setImmediate });',
    'globalThis.setTimeout(() => {}, 5);',
    `import { setTimeout as sleep } from 'node:timers/promises';`,
    'const a = crypto.randomUUID();',
    `import { randomBytes } from 'node:crypto';`,
    `import { createHash, randomUUID as id } from 'node:crypto';`,
    `console.log('x');`,
    'const a = process.env.PORT;',
    'const { PORT } = process.env;',
    `const a = process['env'];`,
    `import { env } from 'node:process';`,
  ];
  for (const text of forbidden)
    test(text, () => {
      for (const path of ['src/modules/payments/a.ts', 'src/platform/http/a.ts'])
        assert.equal(verdicts(path, `\n${text}`).length, 1, `${path}: ${text}`);
    });

  test('the environment anywhere but in main and config', () => {
    for (const path of ['src/app.ts', 'src/adapters/postgres/a.ts', 'src/kernel/a.ts'])
      assert.equal(verdicts(path, 'const a = process.env.PORT;').length, 1, path);
    for (const path of ['src/main.ts', 'src/config.ts', 'src/config/a.ts', 'src/app.test.ts'])
      assert.deepEqual(verdicts(path, 'const a = process.env.PORT;'), [], path);
  });

  test('the line of each', () => {
    const text = 'const a = 1;\n\nconst b = Math.random();\nconst c = Date.now();';
    const found = verdicts('src/platform/http/a.ts', text).map((verdict) => verdict.split(' ', 1)[0]);
    assert.deepEqual(found, ['src/platform/http/a.ts:3:', 'src/platform/http/a.ts:4:']);
  });
});

describe('the forbidden calls accept', () => {
  const allowed = [
    'const a = clock.now();',
    'const a = new Date(clock.now());',
    'const a = Date.parse(text);',
    'const a = Math.floor(random.float());',
    'clock.setTimeout(5);',
    'const a = { setTimeout: 5 };',
    `import { createHash } from 'node:crypto';`,
    `const a = 'Date.now()'; // Math.random()`,
    'process.on("exit", stop);',
  ];
  for (const text of allowed)
    test(text, () => {
      assert.deepEqual(verdicts('src/modules/payments/a.ts', text), []);
    });

  test('all of them where the kernel, an adapter or a test stands', () => {
    const text = 'const a = [Date.now(), Math.random(), setTimeout(run, 5), crypto.randomUUID()];';
    for (const path of [
      'src/kernel/clock.ts',
      'src/adapters/postgres/a.ts',
      'src/modules/payments/a.test.ts',
    ])
      assert.deepEqual(verdicts(path, text), [], path);
  });
});
