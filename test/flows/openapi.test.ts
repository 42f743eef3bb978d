import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { RouteEntry } from '../../src/platform/http/authentication.ts';
import { type AccessApp, startAccessApp } from '../support/access/app.ts';
import { renderErrorsPage } from '../support/docs/errors-page.ts';
import {
  answerOf,
  at,
  type OpenApiDocument,
  type Operation,
  problemsOf,
  refsOf,
  unnamedObjects,
} from '../support/openapi.ts';

const PAGE = new URL('../../docs/errors.md', import.meta.url);
const SOURCE = new URL('../../src/', import.meta.url);
const REDOCLY = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
/** `/v1/payments/callbacks/{provider}` is no `/v1/payments/{id}/…`: an id is a UUID. */
const AMBIGUOUS = '--skip-rule=no-ambiguous-paths';
/** Routes that are no part of the API: the document itself, its page, the pages, the metrics. */
const UNDOCUMENTED = /^\/(?:openapi\.json|metrics|docs.*|no-op.*)?$/;

let system: AccessApp;
let document: OpenApiDocument;
let operations: readonly { readonly name: string; readonly operation: Operation }[];
let codes: readonly string[];

before(async () => {
  system = await startAccessApp();
  document = (await system.app.server.inject({ method: 'GET', url: '/openapi.json' })).json();
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  codes = Object.keys(system.app.server.problems);
});

after(() => system.close());

/** A pass of a gate stands for a token at its doors, and alone where nothing but the pass is asked for. */
function securityOf({ who, knowsMembers, owner = '' }: RouteEntry['access']): readonly object[] {
  const gatePass = owner.includes('a gate pass') ? [{ gatePass: [] }] : [];
  if (who !== 'anyone') return [{ accessToken: [] }, ...gatePass];
  return knowsMembers ? [{}, { accessToken: [] }] : gatePass;
}

/** The names of the operations of which something is not as it should be. */
const failing = (isRight: (operation: Operation, name: string) => boolean): string[] =>
  operations.filter(({ operation, name }) => !isRight(operation, name)).map(({ name }) => name);

describe('the OpenAPI document', () => {
  test('names the type that the key set is answered with', async () => {
    const answer = await system.app.server.inject({ method: 'GET', url: '/.well-known/jwks.json' });
    const documented = document.paths['/.well-known/jwks.json']?.['get']?.responses['200'];
    const types = Object.keys((documented as { content: object }).content);
    assert.deepEqual(types, [String(answer.headers['content-type']).split(';', 1)[0]]);
  });

  test('is OpenAPI 3.1 by the schema of the standard', async () => {
    assert.match(document.openapi, /^3\.1\./);
    const { valid, errors } = await new Validator().validate(
      structuredClone(document) as Record<string, unknown>,
    );
    assert.ok(valid, JSON.stringify(errors, undefined, 2));
  });

  test('has every route, by path and method', () => {
    const documented = new Set(operations.map(({ name }) => name));
    const named = ({ method, url }: RouteEntry) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;
    const missing = system.app.routes.filter(({ url }) => !UNDOCUMENTED.test(url)).map(named);
    assert.deepEqual(
      missing.filter((name) => !documented.has(name)),
      [],
    );
  });

  test('refers to nothing that is not in it', () => {
    const refs = [...new Set(refsOf(document))];
    assert.ok(refs.includes('#/components/schemas/Problem'));
    assert.deepEqual(
      refs.filter((ref) => at(document, ref) === undefined),
      [],
    );
  });

  test('names each operation once, says what it does and where it belongs', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      failing(({ operationId }) => /^[a-z][A-Za-z]+$/.test(operationId ?? '')),
      [],
    );
    assert.deepEqual(
      failing(({ summary, tags }) => (summary ?? '') !== '' && tags?.length === 1),
      [],
    );
  });

  test('asks for a token exactly where the route does', () => {
    const promised = new Map(
      system.app.routes.map(({ method, url, access }) => [
        `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
        securityOf(access),
      ]),
    );
    const { accessToken, ...others } = document.components.securitySchemes;
    assert.ok(accessToken);
    assert.deepEqual(
      Object.entries(others).map(([name, { type, in: place, name: header }]) => [name, type, place, header]),
      [['gatePass', 'apiKey', 'header', 'Gate-Pass']],
    );
    const atDoors = operations.filter(({ operation }) =>
      JSON.stringify(operation.security).includes('gatePass'),
    );
    assert.deepEqual(atDoors.map(({ operation }) => operation.operationId ?? '').toSorted(), [
      'checkIn',
      'getDoor',
      'getDoorTickets',
      'getOwnGate',
      'settleScans',
    ]);
    const isHeader = ({ name }: { readonly name: string }) => name === 'Gate-Pass';
    assert.deepEqual(
      failing(({ parameters }) => !parameters?.some(isHeader)),
      [],
    );
    assert.deepEqual(
      failing(({ security }, name) => isDeepStrictEqual(security, promised.get(name))),
      [],
    );
  });

  test('says that an Idempotency-Key is for one attempt, and that what follows an answer takes a new one', () => {
    const payment = operations.find(({ operation }) => operation.operationId === 'payReservation');
    const key = payment?.operation.parameters?.find(({ name }) => name === 'Idempotency-Key');
    assert.match(key?.description ?? '', /one attempt.*lost answers.*refusals included.*new key/s);
  });

  test('offers an Idempotency-Key on every write, but for those whose answer holds a secret or is read again', () => {
    const writes = operations.filter(({ name }) => /^(?:POST|PUT|PATCH|DELETE) /.test(name));
    const without = writes
      .filter(({ operation }) => !operation.parameters?.some(({ name }) => name === 'Idempotency-Key'))
      .map(({ name }) => name);
    assert.deepEqual(without, WITHOUT_KEY);
  });

  test('names the pass that reserving may need', () => {
    const reserve = document.paths['/v1/reservations']?.['post'];
    assert.ok(reserve?.parameters?.some((header) => header.in === 'header' && header.name === 'Room-Pass'));
  });

  test('answers what is refused with a problem', () => {
    assert.deepEqual(
      failing((operation) => problemsOf(document, operation, 'default') !== undefined),
      [],
    );
  });

  test('says of each status which codes come with it, and of 429 and 503 when to come again', () => {
    const reserve = document.paths['/v1/reservations']?.['post'];
    assert.deepEqual(problemsOf(document, reserve, '403'), [
      'pass_expired',
      'pass_invalid',
      'pass_required',
      'pass_spent',
    ]);
    assert.deepEqual(problemsOf(document, reserve, '401'), [
      'session_ended',
      'token_expired',
      'token_invalid',
      'token_missing',
    ]);
    const isOfStatus = (operation: Operation, status: string) =>
      (problemsOf(document, operation, status) ?? []).every(
        (code) => system.app.server.problems[code]?.status === Number(status),
      );
    assert.deepEqual(
      failing((operation) =>
        Object.keys(operation.responses).every((status) => isOfStatus(operation, status)),
      ),
      [],
    );
    const waits = (operation: Operation) =>
      ['429', '503'].every((status) => 'headers' in answerOf(document, operation, status));
    assert.deepEqual(failing(waits), []);
  });

  test('describes every operation, parameter and tag, and names every object', () => {
    const isTold = ({ description = '', parameters = [], tags = [] }: Operation) =>
      description !== '' &&
      parameters.every((parameter) => (parameter.description ?? '') !== '') &&
      tags.every((tag) => document.tags.some(({ name, description: text }) => name === tag && text !== ''));
    assert.deepEqual(failing(isTold), []);
    assert.deepEqual(unnamedObjects(document.paths), []);
    assert.deepEqual(
      Object.values(document.components.schemas).flatMap((schema) => unnamedObjects(schema.properties)),
      [],
    );
    const currencies = Object.keys(document.components.schemas).filter((name) => /currency/i.test(name));
    assert.deepEqual(currencies, ['Currency']);
  });

  test('names no default in a body, since generated clients then ask for the field', () => {
    const told = Object.entries(document.components.schemas)
      .filter(([name]) => /(Request|Body|SignUp|Change)$/.test(name))
      .filter(([, schema]) => JSON.stringify(schema).includes('"default":'));
    const withBody = operations.filter(({ operation }) =>
      JSON.stringify(operation.requestBody ?? {}).includes('"default":'),
    );
    assert.deepEqual([told.map(([name]) => name), withBody.map(({ name }) => name)], [[], []]);
  });

  test('passes the linter that generators of clients rely on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'firstcome-openapi-'));
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    const environment = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const lint = spawnSync(process.execPath, [REDOCLY, 'lint', file, '--max-problems=20', AMBIGUOUS], {
      encoding: 'utf8',
      env: environment,
      cwd: folder,
    });
    await rm(folder, { recursive: true });
    assert.equal(lint.status, 0, lint.stdout + lint.stderr);
    assert.doesNotMatch(lint.stderr, /warning/i);
  });
});

/** Sessions answer with tokens, which must not be stored; ending one twice is ending it once. */
const WITHOUT_KEY: readonly string[] = [
  'POST /v1/sessions',
  'POST /v1/sessions/refresh',
  'DELETE /v1/sessions/current',
  // From providers, who repeat them as they like.
  'POST /v1/payments/callbacks/{provider}',
  // For measurements, in demo mode only.
  'POST /v1/lab/no-op',
  // In demo mode only: there is one crowd at a time, and sending it away twice is doing so once.
  'POST /v1/demo/crowds',
  'DELETE /v1/demo/crowds/current',
];

/** Codes that a file answers: its types are left out, and codes that it compares with. */
function answeredCodes(text: string): readonly string[] {
  const answers =
    /(?<=(?:\bcode: |\brefuse\(|Fault\(|Problem\(|super\(|return |[A-Z_]{3,}: |\?\? )[^'=\n]*|return .*\? )'([a-z_]+)'/g;
  return [...stripTypeScriptTypes(text).matchAll(answers)].map(([, code = '']) => code);
}

describe('the codes of problems', () => {
  test('are those of docs/errors.md', async () => {
    const page = renderErrorsPage(system.app.server.problems);
    if (process.env['UPDATE_DOCS']) await writeFile(PAGE, page);
    const written = await readFile(PAGE, 'utf8').catch(() => '');
    assert.equal(written, page, 'docs/errors.md is out of date: run this test with UPDATE_DOCS=1');
  });

  test('are those that the document lists, and every one that it speaks of', () => {
    const listed = document.components.schemas['Problem']?.properties['code']?.['x-extensible-enum'];
    assert.deepEqual(listed, codes.toSorted());
    const spoken = JSON.stringify(document).matchAll(/`([a-z]+(?:_[a-z]+)+)`/g);
    assert.deepEqual(
      [...new Set([...spoken].map(([, code = '']) => code))].filter((code) => !codes.includes(code)),
      [],
    );
  });

  test('are each answered somewhere, and nothing is refused with another', async () => {
    const used = new Set<string>();
    for (const file of await readdir(SOURCE, { recursive: true })) {
      if (!/(?<!\.test)\.ts$/.test(file)) continue;
      const text = await readFile(new URL(file, SOURCE), 'utf8');
      for (const code of answeredCodes(text)) used.add(code);
      for (const [, code = ''] of text.matchAll(/ok: false,\s+code: '([a-z_]+)'/g))
        assert.ok(codes.includes(code), `${file} refuses with ${code}, which has no definition`);
      for (const [, code = ''] of text.matchAll(/\brefuse\('([a-z_]+)'/g))
        assert.ok(codes.includes(code), `${file} refuses with ${code}, which has no definition`);
    }
    assert.deepEqual(
      codes.filter((code) => !used.has(code)),
      [],
    );
  });
});
