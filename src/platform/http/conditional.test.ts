import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { sendDocument, sendEncoded, toDocument } from './conditional.ts';
import { chooseEncoding, createEncodedBody } from './encoded-body.ts';

const document = toDocument({ name: '가을 콘서트' });

function serve() {
  const server = Fastify();
  const large = { body: createEncodedBody(document.body, 5), etag: document.etag };
  server.get('/small', (request, reply) => sendDocument(request, reply, document));
  server.get('/large', (request, reply) => sendEncoded(request, reply, large));
  return server;
}

describe('conditional reads', () => {
  test('give the body with its ETag, and 304 without a body to who has it', async () => {
    for (const url of ['/small', '/large']) {
      const first = await serve().inject(url);
      assert.equal(first.statusCode, 200);
      assert.deepEqual(first.json(), { name: '가을 콘서트' });
      assert.match(first.headers['content-type'] ?? '', /^application\/json/);
      const etag = String(first.headers.etag);
      for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
        const again = await serve().inject({ url, headers: { 'if-none-match': known } });
        assert.equal(again.statusCode, 304, known);
        assert.equal(again.body, '');
        assert.equal(again.headers.etag, etag);
      }
      const other = await serve().inject({ url, headers: { 'if-none-match': '"other"' } });
      assert.equal(other.statusCode, 200);
    }
  });

  test('a change of the body changes its ETag', () => {
    assert.notEqual(toDocument({ a: 1 }).etag, toDocument({ a: 2 }).etag);
  });
});

describe('encoded bodies', () => {
  test('come in the best coding that the reader accepts', async () => {
    const read = (accept: string) =>
      serve().inject({ url: '/large', headers: { 'accept-encoding': accept } });
    const brotli = await read('gzip, deflate, br');
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.equal(brotli.headers['vary'], 'Accept-Encoding');
    assert.equal(brotliDecompressSync(brotli.rawPayload).toString(), document.body);
    const gzipped = await read('gzip');
    assert.equal(gunzipSync(gzipped.rawPayload).toString(), document.body);
    const plain = await read('zstd');
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(plain.body, document.body);
  });

  test('heed weights and wildcards', () => {
    assert.equal(chooseEncoding('br;q=0, gzip;q=0.5'), 'gzip');
    assert.equal(chooseEncoding('*'), 'br');
    assert.equal(chooseEncoding('*;q=0'), 'identity');
    assert.equal(chooseEncoding('BR;q=1.0'), 'br');
    assert.equal(chooseEncoding(undefined), 'identity');
    assert.equal(chooseEncoding('gzip;q=abc'), 'identity');
  });
});
