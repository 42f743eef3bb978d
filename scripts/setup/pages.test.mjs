import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildPages } from './pages.mjs';

/** Stands for the bundler: copies the page, counts its runs, and fails on a page that says so. */
const BUILDER = `
const { appendFileSync, cpSync, readFileSync } = process.getBuiltinModule('node:fs');
const [source, runs, target] = process.argv.slice(2);
appendFileSync(runs, 'x');
if (/broken/.test(readFileSync(source + '/page.html', 'utf8'))) {
  console.error('error during build:\\n\\n[PARSE_ERROR] the page is broken\\n   at line 1');
  process.exit(1);
}
cpSync(source, target, { recursive: true });
`;

describe('the pages are built', () => {
  let folder;
  let pages;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'build-pages-'));
    await mkdir(join(folder, 'web'));
    await writeFile(join(folder, 'builder.mjs'), BUILDER);
    await writeFile(join(folder, 'web', 'page.html'), 'one');
    const builder = [join(folder, 'builder.mjs'), join(folder, 'web'), join(folder, 'runs')];
    pages = { source: join(folder, 'web'), built: join(folder, 'dist', 'web'), command: builder };
  });

  after(() => rm(folder, { recursive: true, force: true }));

  /** @returns what was said to the person */
  const build = async () => {
    const { write } = process.stderr;
    let said = '';
    process.stderr.write = (text) => {
      said += text;
      return true;
    };
    try {
      await buildPages(process.execPath, pages);
    } finally {
      process.stderr.write = write;
    }
    return said;
  };
  const page = () => readFile(join(pages.built, 'page.html'), 'utf8');
  const runs = async () => (await readFile(join(folder, 'runs'), 'utf8')).length;

  test('where there are none, and not again', async () => {
    assert.match(await build(), /built the pages/);
    assert.equal(await build(), '');
    assert.deepEqual([await page(), await runs()], ['one', 1]);
  });

  test('again when a source has changed, but not for a test', async () => {
    await writeFile(join(folder, 'web', 'page.test.ts'), 'x');
    await build();
    assert.equal(await runs(), 1);
    await writeFile(join(folder, 'web', 'page.html'), 'two');
    await build();
    assert.deepEqual([await page(), await runs()], ['two', 2]);
  });

  test('or one line says why not, and those built before stay', async () => {
    await writeFile(join(folder, 'web', 'page.html'), 'broken');
    const said = await build();
    assert.match(
      said,
      /the pages cannot be built, those built before stay: \[PARSE_ERROR\] the page is broken\n$/,
    );
    assert.equal(await page(), 'two');
    assert.deepEqual(await readdir(join(folder, 'dist')), ['web']);
  });

  test('without what a build that was killed had left', async () => {
    await mkdir(join(folder, 'dist', 'web.12345'));
    await writeFile(join(folder, 'web', 'page.html'), 'three');
    await build();
    assert.deepEqual([await page(), await readdir(join(folder, 'dist'))], ['three', ['web']]);
  });
});
