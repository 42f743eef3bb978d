import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listProjectFiles, readCode, readProjectFile } from './project-files.ts';
import { parseFile } from './syntax.ts';
import { findTableViolations, readTableRules, tableFolderOf, tableUses } from './tables.ts';

const rules = readTableRules(readProjectFile('ARCHITECTURE.md'));
const tables = [...rules.keys()];
const uses = readCode()
  .filter(({ path: file }) => /^src\/.*(?<!\.test)\.ts$/.test(file))
  .flatMap((file) => tableUses(parseFile(file), tables));

/** The files of the schema, and the tables and views that each makes. */
function schemas(): readonly { readonly file: string; readonly names: readonly string[] }[] {
  return listProjectFiles()
    .filter((file) => /^src\/adapters\/postgres\/.*\.sql$/.test(file))
    .map((file) => ({
      file,
      names: [...readProjectFile(file).matchAll(/^create (?:unlogged )?(?:table|view) (\w+)/gim)].map(
        ([, name = '']) => name,
      ),
    }));
}

describe('tables', () => {
  test('of the schema have an owner in ARCHITECTURE.md, and no other has', () => {
    const made = schemas().flatMap(({ names }) => names);
    assert.deepEqual(new Set(tables), new Set(made));
  });

  test('are made by the schema of their owner', () => {
    const misplaced = schemas().flatMap(({ file, names }) =>
      names
        .filter((name) => rules.get(name)?.owner !== tableFolderOf(file))
        .map((name) => `${name}: ${file}`),
    );
    assert.deepEqual(misplaced, []);
  });

  test('are named by the statements of their owner alone, but for what is listed', () => {
    assert.deepEqual(findTableViolations(uses, rules), []);
  });

  test('are named wherever the list says so', () => {
    const named = new Set(uses.map(({ file, table }) => `${table} by ${tableFolderOf(file)}`));
    const listed = [...rules].flatMap(([table, { others }]) => others.map((other) => `${table} by ${other}`));
    assert.deepEqual(
      listed.filter((one) => !named.has(one)),
      [],
    );
  });
});

describe('the reader of statements', () => {
  const file = (text: string, at = 'src/adapters/postgres/points/a.ts') => parseFile({ path: at, text });
  const violations = (text: string, at?: string) =>
    findTableViolations(tableUses(file(text, at), tables), rules);

  test('finds a table of somebody else in a text and in a template', () => {
    assert.equal(violations(`const a = 'select 1 from ticket where true';`).length, 1);
    assert.equal(violations('const a = `update  seat_hold c set epoch = ${1}`;').length, 1);
    assert.equal(violations(`const a = 'delete from only firstcome.venue';`).length, 1);
  });

  test('finds statements outside of the adapters', () => {
    assert.equal(violations(`const a = 'select 1 from point_entry';`, 'src/app/a.ts').length, 1);
  });

  test('leaves own tables, comments and other words alone', () => {
    assert.deepEqual(violations(`const a = 'select 1 from point_entry'; // from ticket`), []);
    assert.deepEqual(violations(`const a = 'the ticket is void';`), []);
  });
});
