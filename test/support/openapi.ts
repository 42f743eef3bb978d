/** What the tests of the OpenAPI document read of it. */
export type Operation = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly description?: string;
  }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, Response>>;
};
type Response = {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: { readonly $ref?: string } }>>;
};
export type OpenApiDocument = {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { properties: Record<string, Record<string, unknown>> }>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
};

export function refsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsOf)];
}

export function at(document: OpenApiDocument, path: string): unknown {
  return path
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);
}

/** An answer of an operation, or the component that it refers to. */
export function answerOf(
  document: OpenApiDocument,
  operation: Operation | undefined,
  status: string,
): Response {
  const answer = operation?.responses[status] ?? {};
  return (answer.$ref === undefined ? answer : at(document, answer.$ref)) as Response;
}

/** The codes that a status is described with; undefined where it is no problem. */
export function problemsOf(
  document: OpenApiDocument,
  operation: Operation | undefined,
  status: string,
): string[] | undefined {
  const { content = {}, description = '' } = answerOf(document, operation, status);
  const schema = content['application/problem+json']?.schema;
  if (schema?.$ref !== '#/components/schemas/Problem') return undefined;
  return [...description.matchAll(/^- `(\w+)`: ./gm)].map(([, code = '']) => code);
}

/** The properties of objects that have no name of their own: a generator would have to make one up. */
export function unnamedObjects(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own =
    'properties' in value && 'type' in value && value.type === 'object' ? [JSON.stringify(value)] : [];
  return [...own, ...Object.values(value).flatMap(unnamedObjects)];
}
