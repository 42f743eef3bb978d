import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../dist/web/', import.meta.url));
const BYTES_MAX = 120_000;

/** Scripts that a document loads before anything is clicked: its own, and what they import at once. */
function scriptsOf(document: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(BUILT, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
      visit(`assets/${name}`);
  };
  const html = readFileSync(join(BUILT, document), 'utf8');
  for (const [, address] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) visit(address ?? '');
  return found;
}

describe('the first load', () => {
  test('of the shop is less than 120 kB of compressed script, also where only gzip is spoken', (t) => {
    assert.ok(existsSync(BUILT), 'the pages are not built: `npm test` builds them');
    const scripts = [...scriptsOf('index.html')];
    const sum = (ending: string) =>
      scripts.reduce((bytes, file) => bytes + statSync(join(BUILT, `${file}.${ending}`)).size, 0);
    t.diagnostic(`${scripts.length} scripts: ${sum('br')} bytes in Brotli, ${sum('gz')} in gzip`);
    assert.ok(scripts.length > 0 && sum('gz') < BYTES_MAX, `${sum('gz')} bytes`);
  });
});
