/** Requests that nobody should send, made from the OpenAPI document of the running system. */
export type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly anyOf?: readonly Schema[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
};

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export type Operation = {
  readonly method: Method;
  readonly path: string;
  readonly body: Schema | undefined;
  readonly query: readonly { readonly name: string; readonly schema: Schema }[];
};

type Parameter = { readonly in: string; readonly name: string; readonly schema: Schema };
type PathItem = Record<
  string,
  { parameters?: readonly Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } }
>;

/** Every operation of an OpenAPI document. */
export function operationsOf(document: {
  readonly paths: Readonly<Record<string, PathItem>>;
}): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: methodOf(method),
      path,
      body: operation.requestBody?.content['application/json']?.schema,
      query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query'),
    })),
  );
}

function methodOf(name: string): Method {
  const method = METHODS.find((known) => known === name.toUpperCase());
  if (!method) throw new Error(`the document has a method ${name}`);
  return method;
}

export const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

const SAMPLES: Readonly<Record<string, string>> = {
  uuid: UNKNOWN_ID,
  'date-time': '2030-01-01T00:00:00.000Z',
  email: 'someone@example.com',
};

/** A value that a schema takes, so that exactly one thing is wrong with what is made of it. */
export function sampleOf(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sampleOf(schema.anyOf[0]);
  if (schema.properties ?? schema.type === 'object') {
    const names = schema.required ?? [];
    return Object.fromEntries(names.map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]));
  }
  if (schema.type === 'array') {
    return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items ?? {}));
  }
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'null') return null;
  return SAMPLES[schema.format ?? ''] ?? 'x'.repeat(Math.max(8, schema.minLength ?? 0));
}

export type BadBody = { readonly what: string; readonly body: string | Buffer; readonly type?: string };

const WRONG_VALUES: readonly unknown[] = [
  null,
  [],
  {},
  true,
  -1,
  1e308,
  0.5,
  '',
  'x'.repeat(20_000),
  [[]],
  '<script>',
  '\uffff',
];

/** Bodies of which each must be refused, whatever the route does with good ones. */
export function badBodies(schema: Schema): readonly BadBody[] {
  const good = sampleOf(schema) as Record<string, unknown>;
  const json = (what: string, value: unknown): BadBody => ({ what, body: JSON.stringify(value) });
  const text = JSON.stringify(good);
  return [
    ...(schema.required ?? []).map((name) => json(`no ${name}`, { ...good, [name]: undefined })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      WRONG_VALUES.filter((value) => !mayBe(property, value)).map((value) =>
        json(`${name} = ${JSON.stringify(value).slice(0, 20)}`, { ...good, [name]: value }),
      ),
    ),
    json('an unknown field', { ...good, role: 'manager' }),
    json('a list', [good]),
    json('null', null),
    json('text', 'text'),
    json('a number', 5),
    {
      what: 'a polluting field',
      body: `{"__proto__": {"admin": true}, ${text.slice(1)}`.replace(', }', '}'),
    },
    { what: 'broken JSON', body: text.slice(0, -1) },
    { what: 'deep JSON', body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` },
    {
      what: 'a deep field',
      body: `${text.slice(0, -1)}${text === '{}' ? '' : ','}"deep":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    },
    {
      what: 'broken UTF-8',
      body: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
    },
    { what: '10 MB', body: `{"a":"${'x'.repeat(10_000_000)}"}` },
    { what: 'a form', body: 'a=1', type: 'application/x-www-form-urlencoded' },
    { what: 'XML', body: '<a/>', type: 'application/xml' },
    { what: 'plain text', body: text, type: 'text/plain' },
    { what: 'another charset', body: Buffer.from(text, 'utf16le'), type: 'application/json; charset=utf-16' },
  ];
}

/** Whether a value could be right after all, as far as its type says. */
function mayBe(schema: Schema, value: unknown): boolean {
  if (schema.anyOf) return schema.anyOf.some((option) => mayBe(option, value));
  if (schema.enum) return schema.enum.includes(value);
  if (schema.const !== undefined) return schema.const === value;
  if (schema.type === 'string')
    return (
      typeof value === 'string' &&
      (schema.format === undefined && schema.pattern === undefined ? value.length < 20_000 : value.length > 0)
    );
  if (schema.type === 'integer')
    return (
      Number.isInteger(value) && Number(value) >= (schema.minimum ?? -Infinity) && Number.isSafeInteger(value)
    );
  if (schema.type === 'number') return typeof value === 'number';
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (schema.type === 'array') return Array.isArray(value) && value.length >= (schema.minItems ?? 0);
  if (schema.type === 'object')
    return (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      (schema.required ?? []).length === 0
    );
  return true;
}

/** Words by which the inside of a program shows in an answer. */
export const LEAKS =
  /node_modules|\bat .+:\d+:\d+|src\/|\.ts\b|pg_|postgres_|relation "|syntax error|SELECT |insert into|ECONN|stack/i;
