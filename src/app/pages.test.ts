import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { systemClock } from '../kernel/clock.ts';
import { createIds } from '../kernel/ids.ts';
import { systemRandom } from '../kernel/random.ts';
import { createHttpServer, type HttpServer } from '../platform/http/server.ts';
import { loadPages } from './pages.ts';

const HTML = '<!doctype html><title>t</title>';
const SCRIPT = 'export const a = 1;';

let folder: string;
let server: HttpServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'secret.txt'), 'nobody asks for this');
  await writeFile(
    join(folder, 'pages.json'),
    JSON.stringify({ documents: [{ file: 'index.html', paths: ['/', '/a/:id'] }] }),
  );
  for (const [file, text] of [
    ['index.html', HTML],
    ['assets/x-1.js', SCRIPT],
  ] as const) {
    await writeFile(join(folder, file), text);
    await writeFile(join(folder, `${file}.br`), brotliCompressSync(text));
    await writeFile(join(folder, `${file}.gz`), gzipSync(text));
  }
  const made = await createHttpServer({
    logger: pino({ level: 'silent' }),
    ids: createIds(systemClock, systemRandom),
    authenticate: () => ({ ok: false, code: 'token_invalid' }),
    problems: {},
    pages: await loadPages(folder),
  });
  server = made.server;
  assert.deepEqual(made.routes, [], 'pages are no part of the API');
});

after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

describe('pages', () => {
  test('are none where none were built', async () => {
    assert.equal(await loadPages(join(folder, 'assets')), undefined);
  });

  test('answer every address of their document, and no other', async () => {
    for (const url of ['/', '/a/17', '/a/17?x=1']) assert.equal((await get(url)).body, HTML, url);
    for (const url of ['/b', '/a/1/2', '/index.html', '/pages.json', '/assets/', '/assets/x-2.js'])
      assert.equal((await get(url)).statusCode, 404, url);
  });

  test('tell people that there is no such page, and programs as the API does', async () => {
    const person = await get('/no/such/page', { accept: 'text/html,application/xhtml+xml' });
    assert.deepEqual([person.statusCode, person.body], [404, HTML]);
    assert.match(String(person.headers['content-security-policy']), /default-src 'none'/);
    const program = await get('/no/such/page', { accept: '*/*' });
    assert.deepEqual([program.statusCode, program.json().code], [404, 'route_not_found']);
  });

  test('let nobody out of their folder', async () => {
    const ways = [
      '/../secret.txt',
      '/assets/../secret.txt',
      '/assets/..%2fsecret.txt',
      '/assets/%2e%2e/secret.txt',
    ];
    for (const url of [...ways, '/secret.txt', '/assets//x-1.js', '/assets/x-1.js/', '/assets/x-1.js%00'])
      assert.notEqual((await get(url)).statusCode, 200, url);
  });

  test('run nothing but our own files', async () => {
    const { headers } = await get('/');
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  test('are asked for again each time; their assets are kept for good', async () => {
    const page = await get('/');
    assert.equal(page.headers['cache-control'], 'no-cache');
    const again = await get('/', { 'if-none-match': String(page.headers.etag) });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
    const asset = await get('/assets/x-1.js');
    assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(asset.headers['content-type'], 'text/javascript; charset=utf-8');
  });

  test('come in the best coding that the reader takes', async () => {
    const answer = (coding: string) => get('/assets/x-1.js', { 'accept-encoding': coding });
    const brotli = await answer('gzip, deflate, br, zstd');
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.equal(brotliDecompressSync(brotli.rawPayload).toString(), SCRIPT);
    const gzip = await answer('gzip');
    assert.equal(gunzipSync(gzip.rawPayload).toString(), SCRIPT);
    const plain = await answer('identity');
    assert.deepEqual([plain.headers['content-encoding'], plain.body], [undefined, SCRIPT]);
    assert.equal(plain.headers['vary'], 'Accept-Encoding');
  });

  test('have their length told to HEAD, and take no other method', async () => {
    assert.equal(
      (await server.inject({ method: 'HEAD', url: '/' })).headers['content-length'],
      String(HTML.length),
    );
    assert.equal((await server.inject({ method: 'POST', url: '/', payload: {} })).statusCode, 405);
  });
});
