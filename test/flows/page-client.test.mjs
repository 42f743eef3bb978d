import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { generateClient } from '../../scripts/client/generate-client.mjs';
import { startAccessApp } from '../support/access/app.ts';

const FOLDER = new URL('../../web/shared/api/', import.meta.url);

let system;

before(async () => {
  system = await startAccessApp();
});

after(() => system.close());

describe('the client of the pages', () => {
  it('is what the API says', async () => {
    const document = (await system.app.server.inject('/openapi.json')).json();
    const operationIds = JSON.parse(await readFile(new URL('operations.json', FOLDER), 'utf8'));
    const client = generateClient(document, operationIds);
    const file = new URL('schema.ts', FOLDER);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(file, client);
    const written = await readFile(file, 'utf8').catch(() => '');
    assert.equal(
      written,
      client,
      'web/shared/api/schema.ts is out of date: run this test with UPDATE_DOCS=1',
    );
  });

  it('is not made of operations that the API does not have', () => {
    assert.throws(() => generateClient({ paths: {}, components: { schemas: {} } }, ['noSuch']), /noSuch/);
  });
});
