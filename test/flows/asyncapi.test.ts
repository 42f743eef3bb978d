import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { eventTypes } from '../../src/app/event-types.ts';
import { DEMO_DESTINATIONS, SESSION_DESTINATIONS } from '../../src/platform/live/stomp/destinations.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { renderAsyncApi } from '../support/docs/asyncapi.ts';

const PAGE = new URL('../../docs/asyncapi.json', import.meta.url);

type Document = {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: object }>>;
  readonly operations: Readonly<
    Record<string, { readonly channel: object; readonly messages?: readonly object[] }>
  >;
};

describe('docs/asyncapi.json', { timeout: 60_000 }, () => {
  let system: AccessApp;
  let document: Document;
  before(async () => {
    system = await startAccessApp();
    const openApi = await system.app.server.inject('/openapi.json');
    // Through JSON, as it is written.
    document = JSON.parse(JSON.stringify(renderAsyncApi(openApi.json<{ paths: object }>()))) as Document;
  });
  after(() => system.close());

  test('is what the contracts say', async () => {
    const page = `${JSON.stringify(document, undefined, 2)}\n`;
    if (process.env['UPDATE_DOCS']) await writeFile(PAGE, page);
    const written = await readFile(PAGE, 'utf8').catch(() => '');
    assert.equal(written, page, 'docs/asyncapi.json is out of date: run this test with UPDATE_DOCS=1');
  });

  test('is AsyncAPI 3 by the schema of the standard, and one with a fault is not', () => {
    const ajv = new Ajv({ strict: false, allErrors: false });
    addFormats.default(ajv);
    const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as object);
    assert.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 3)));
    assert.ok(!validate({ ...document, operations: { wrong: { action: 'shout' } } }));
  });

  test('has every destination, every event and every event stream, and refers to nothing that is not there', () => {
    const addresses = new Set(Object.values(document.channels).map(({ address }) => address));
    for (const { pattern } of [...SESSION_DESTINATIONS, ...DEMO_DESTINATIONS])
      assert.ok(addresses.has(pattern.replace(/\*+/, '{name}')), pattern);
    for (const { type } of Object.values(eventTypes).flat()) assert.ok(addresses.has(type), type);
    assert.ok(addresses.has('/v1/performances/{id}/seats/stream'));
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    for (const path of refs) {
      const found = path
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document);
      assert.ok(found !== undefined, path);
    }
  });
});
