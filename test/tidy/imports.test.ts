import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { findCycles, toGraph } from './cycles.ts';
import { findImportViolations } from './import-rules.ts';
import { layerOf, moduleOf, readImportTable } from './import-table.ts';
import type { ImportEdge } from './imports.ts';
import { importsOf } from './imports.ts';
import { readCode, readProjectFile } from './project-files.ts';
import { parseFile } from './syntax.ts';

const table = readImportTable(readProjectFile('ARCHITECTURE.md'));
const files = readCode();
const edges = files.flatMap((file) => importsOf(parseFile(file)));

describe('imports of the project', () => {
  test('follow the table in ARCHITECTURE.md', () => {
    assert.deepEqual(findImportViolations(edges, table), []);
  });

  test('form no cycle of files', () => {
    assert.deepEqual(findCycles(toGraph(fileEdges(edges))), []);
  });

  test('form no cycle of modules', () => {
    assert.deepEqual(findCycles(toGraph(moduleEdges(edges))), []);
  });

  test('form no cycle of folders', () => {
    assert.deepEqual(findCycles(toGraph(folderEdges(edges))), []);
  });

  test('name files that exist', () => {
    const known = new Set(files.map((file) => file.path));
    const lost = fileEdges(edges).filter(([, to]) => /\.(?:ts|tsx|mjs)$/.test(to) && !known.has(to));
    assert.deepEqual(lost, []);
  });
});

describe('the reader of imports', () => {
  test('sees every layer that the table names and the tree holds', () => {
    const layers = new Set(files.map((file) => layerOf(file.path)));
    for (const layer of ['main', 'app', 'config', 'adapters', 'modules', 'platform', 'kernel', 'test'])
      assert.ok(layers.has(layer), `saw no file of the layer ${layer}`);
  });

  test('sees at least the imports that a plain search for lines finds', () => {
    const line = /^(?:import|export)\s[^;'"`]*\sfrom\s'[^']+';$/gm;
    for (const file of files) {
      const found = file.text.match(line)?.length ?? 0;
      const seen = edges.filter((edge) => edge.from === file.path).length;
      // A fixture in a string may look like an import to the search, never to the reader.
      if (!file.path.startsWith('test/tidy/'))
        assert.ok(seen >= found, `${file.path}: ${seen} of ${found} imports seen`);
    }
    assert.ok(files.length >= 100, `saw ${files.length} files only`);
    assert.ok(edges.length >= 300, `saw ${edges.length} imports only`);
  });

  test('knows the client libraries that must stay in the adapters', () => {
    const libraries = table.get('adapters')?.clientLibraries ?? [];
    for (const name of ['pg', 'kysely', 'redis', '@platformatic/kafka', 'amqplib'])
      assert.ok(libraries.includes(name), `the table does not name ${name}`);
  });
});

function fileEdges(all: readonly ImportEdge[]): readonly (readonly [string, string])[] {
  return all.flatMap((edge) => (edge.target === undefined ? [] : [[edge.from, edge.target] as const]));
}

function moduleEdges(all: readonly ImportEdge[]): readonly (readonly [string, string])[] {
  return fileEdges(all).flatMap(([from, to]) => {
    const pair = [moduleOf(from), moduleOf(to)] as const;
    const [own, other] = pair;
    // A test may build a module from others; only what runs in production can close a circle.
    if (own === undefined || other === undefined || own === other || layerOf(from) === 'test') return [];
    return [[own, other] as const];
  });
}

/** A folder and those inside it are one thing to a reader: only folders beside each other count. */
function folderEdges(all: readonly ImportEdge[]): readonly (readonly [string, string])[] {
  return fileEdges(all).flatMap(([from, to]) => {
    if (!from.startsWith('src/') || layerOf(from) === 'test') return [];
    const [own, other] = [path.posix.dirname(from), path.posix.dirname(to)];
    return `${own}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${own}/`)
      ? []
      : [[own, other] as const];
  });
}
