import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completeDocument, DECLARED_PROBLEMS } from './openapi-document.ts';
import { httpProblems } from './problem.ts';

const answer = (schema: object) => ({
  responses: { 200: { description: 'Default Response', content: { 'application/json': { schema } } } },
  [DECLARED_PROBLEMS]: ['not_ready', 'overloaded', 'internal_error'],
});

function documentOf(...schemas: object[]) {
  const paths = Object.fromEntries(schemas.map((schema, at) => [`/${at}`, { get: answer(schema) }]));
  const document = { paths, components: {} as Record<string, Record<string, unknown>> };
  completeDocument(document, httpProblems);
  return document;
}

describe('an OpenAPI document', () => {
  it('has each named schema once, and what is said of it elsewhere beside the reference', () => {
    const money = { title: 'Money', type: 'object', properties: { amount: { type: 'integer' } } };
    const price = {
      title: 'Price',
      type: 'object',
      properties: { from: { ...money, description: 'Cheapest' } },
    };
    const { components, paths } = documentOf(
      { ...money, description: 'Won' },
      { ...money, description: 'Won' },
      price,
    );
    assert.deepEqual(components['schemas'], {
      Money: { ...money, description: 'Won' },
      Price: {
        ...price,
        properties: { from: { $ref: '#/components/schemas/Money', description: 'Cheapest' } },
      },
    });
    const [first] = Object.values(paths);
    assert.equal(first?.get.responses[200].description, 'Won');
  });

  it('refuses two schemas of one name', () => {
    const other = { title: 'Money', type: 'string' };
    assert.throws(
      () => documentOf({ title: 'Money', type: 'integer' }, other),
      /two schemas have the title Money/,
    );
  });

  it('groups problems by status, shares what is the same, and leaves 500 to what nobody foresees', () => {
    const { components, paths } = documentOf({ type: 'string' }, { type: 'string' });
    const shared = components['responses']?.['ServiceUnavailable'] as { description: string };
    assert.match(shared.description, /^- `not_ready`: .+\n- `overloaded`: .+$/);
    for (const { get } of Object.values(paths)) {
      const responses: Record<string, unknown> = get.responses;
      assert.deepEqual(responses['503'], { $ref: '#/components/responses/ServiceUnavailable' });
      assert.ok(!('500' in responses));
    }
  });
});
