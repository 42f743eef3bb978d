import { STATUS_CODES } from 'node:http';
import type { HttpProblems } from './problem-status.ts';

type Json = { [key: string]: unknown };
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Json;
};
type Operation = { responses: Record<string, Json>; [key: string]: unknown };

/** Under which a route hands the codes that it declares to the document. */
export const DECLARED_PROBLEMS = 'x-declared-problems';

export const PROBLEM_TYPE = 'application/problem+json';
const PROBLEM_REF = '#/components/schemas/Problem';

/** Makes a document of what the routes say, in place: schemas by name, problems by status. */
export function completeDocument(openapiObject: object, problems: HttpProblems): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as @fastify/swagger makes it
  const { paths, components } = openapiObject as Document;
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  const schemas = nameSchemas(operations);
  for (const operation of operations) {
    describeAnswers(operation, schemas);
    listProblems(operation, problems);
  }
  // Without closing the list: with `enum`, a generated client would break at the first new code.
  const problem = schemas['Problem'] as { readonly properties: { readonly code: Json } } | undefined;
  if (problem) problem.properties.code['x-extensible-enum'] = Object.keys(problems).toSorted();
  Object.assign(components, { schemas, responses: shareProblems(operations) });
}

type NamedSchema = { readonly schema: Json; readonly text: string; readonly sites: Json[] };

/**
 * Takes every schema that has a title out of the operations, and leaves a reference to it. One that differs from its
 * namesakes by description or default keeps that beside the reference.
 * @throws where two schemas of one title differ otherwise
 */
function nameSchemas(operations: readonly Operation[]): Record<string, Json> {
  const found = new Map<string, NamedSchema>();
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const parts = Object.entries(value).map(([key, part]) => [key, visit(part)]);
    const schema = typed(Object.fromEntries(parts) as Json);
    return typeof schema['title'] === 'string' ? reference(found, schema['title'], schema) : schema;
  };
  for (const operation of operations) Object.assign(operation, visit(operation));
  const names = [...found.keys()].toSorted();
  return Object.fromEntries(names.map((name) => [name, describeOnce(name, found.get(name))]));
}

function reference(found: Map<string, NamedSchema>, name: string, whole: Json): Json {
  const { title: _name, description, default: standard, ...schema } = whole;
  const text = JSON.stringify(schema);
  const known = found.get(name) ?? { schema, text, sites: [] };
  if (known.text !== text) throw new Error(`two schemas have the title ${name}: ${known.text} and ${text}`);
  const site: Json = { $ref: `#/components/schemas/${name}` };
  if (standard !== undefined) site['default'] = standard;
  if (description !== undefined) site['description'] = description;
  known.sites.push(site);
  found.set(name, known);
  return site;
}

/** The description that most of its references have goes to the schema itself. */
function describeOnce(title: string, named: NamedSchema | undefined): Json {
  const { schema, sites = [] } = named ?? {};
  const [[description] = []] = [...Map.groupBy(sites, (site) => site['description'])].toSorted(
    ([, one], [, other]) => other.length - one.length,
  );
  if (description === undefined) return { title, ...schema };
  for (const site of sites) if (site['description'] === description) delete site['description'];
  return { title, ...schema, description };
}

/** Generators want the type of an enumeration spelled out. */
function typed(schema: Json): Json {
  const { enum: values, type } = schema;
  const isOfTexts = Array.isArray(values) && values.every((value) => typeof value === 'string');
  return isOfTexts && type === undefined ? { type: 'string', ...schema } : schema;
}

const NO_DESCRIPTION = 'Default Response';

function describeAnswers({ responses }: Operation, schemas: Readonly<Record<string, Json>>): void {
  for (const [status, response] of Object.entries(responses)) {
    if (response['description'] !== NO_DESCRIPTION) continue;
    const content = (response['content'] ?? {}) as Record<string, { schema?: { $ref?: string } }>;
    const [type] = Object.keys(content);
    const name = content[type ?? '']?.schema?.$ref?.split('/').at(-1) ?? '';
    response['description'] =
      type === 'text/event-stream'
        ? 'Server-Sent Events'
        : (schemas[name]?.['description'] ?? STATUS_CODES[status] ?? status);
  }
}

const RETRY_AFTER = { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } };

/** A response for each status that the declared problems have; what nobody foresees is `default`. */
function listProblems(operation: Operation, problems: HttpProblems): void {
  const codes = operation[DECLARED_PROBLEMS] as readonly string[];
  delete operation[DECLARED_PROBLEMS];
  const byStatus = Map.groupBy(codes.toSorted(), (code) => problems[code]?.status ?? 500);
  for (const [status, here] of byStatus) {
    if (status === 500) continue;
    operation.responses[status] = {
      description: here.map((code) => `- \`${code}\`: ${problems[code]?.title ?? ''}`).join('\n'),
      ...(here.some((code) => problems[code]?.retryAfterSeconds)
        ? { headers: { 'Retry-After': RETRY_AFTER } }
        : {}),
      content: { [PROBLEM_TYPE]: { schema: { $ref: PROBLEM_REF } } },
    };
  }
}

/** The most frequent problem response of each status becomes a component: most routes have the same. */
function shareProblems(operations: readonly Operation[]): Record<string, Json> {
  const all = operations.flatMap(({ responses }) =>
    Object.entries(responses).filter(([, response]) => isProblem(response)),
  );
  const shared: Record<string, Json> = {};
  for (const [status, ofStatus] of Map.groupBy(all, ([key]) => key)) {
    const same = Map.groupBy(ofStatus, ([, response]) => JSON.stringify(response));
    const [text, uses] = [...same].toSorted(([, one], [, other]) => other.length - one.length)[0] ?? [];
    if (text === undefined || uses === undefined || uses.length === 1) continue;
    const name = status === 'default' ? 'Unforeseen' : (STATUS_CODES[status] ?? status).replaceAll(/\W/g, '');
    shared[name] = JSON.parse(text) as Json;
    for (const { responses } of operations)
      if (JSON.stringify(responses[status]) === text)
        responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return shared;
}

function isProblem({ content }: Json): boolean {
  return typeof content === 'object' && content !== null && PROBLEM_TYPE in content;
}
