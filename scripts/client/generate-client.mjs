/**
 * Writes the typed client of the pages from an OpenAPI 3.1 document: for each operation that they use its method and
 * address, and the types of what it takes and gives. Own work, since the usual generators need the programming
 * interface of TypeScript, which TypeScript 7 does not have.
 *
 * @param {object} document as served at /openapi.json
 * @param {readonly string[]} operationIds those that the pages use
 * @returns {string} TypeScript that needs nothing
 */
export function generateClient(document, operationIds) {
  const found = findOperations(document);
  const unknown = operationIds.filter((id) => !found.has(id));
  if (unknown.length > 0) throw new Error(`the document has no operation ${unknown.join(', ')}`);
  const used = operationIds.toSorted().map((id) => found.get(id));
  const types = used.map((operation) => describeOperation(operation));
  const schemas = reachableSchemas(document, types.join('\n'));
  const lines = [
    '// @generated from /openapi.json by scripts/generate-client.mjs; a test holds it to the API.',
    '',
    ...schemas.map(([name, text]) => `export type ${name} = ${text};\n`),
    '/** What each operation takes and gives. */',
    'export type Operations = {',
    ...types,
    '};',
    '',
    '/** Method, address, whether it takes an Idempotency-Key, and who may call it: `known` is anyone, and more for some with a token. */',
    'export const operations = {',
    ...used.map(
      ({ id, method, path, isKeyed, guard }) => `  ${id}: ['${method}', '${path}', ${isKeyed}, '${guard}'],`,
    ),
    '} as const;',
  ];
  return `${lines.join('\n')}\n`;
}

function findOperations({ paths }) {
  const found = new Map();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const parameters = operation.parameters ?? [];
      found.set(operation.operationId, {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        isKeyed: parameters.some(({ in: place, name }) => place === 'header' && name === 'Idempotency-Key'),
        guard: guardOf(operation.security ?? []),
        parameters,
        operation,
      });
    }
  }
  return found;
}

/** An empty alternative means that no token is needed. */
function guardOf(security) {
  // What a page shows in place of a token it sends by itself.
  if (!security.some((one) => 'accessToken' in one)) return 'anyone';
  return security.some((one) => Object.keys(one).length === 0) ? 'known' : 'member';
}

function describeOperation({ id, parameters, operation }) {
  const body = operation.requestBody?.content?.['application/json']?.schema;
  const fields = [
    `params: ${describeParameters(parameters, 'path')}`,
    `query: ${describeParameters(parameters, 'query')}`,
    `body: ${body === undefined ? 'undefined' : describe(body)}`,
    `answer: ${describeAnswer(operation.responses)}`,
  ];
  return `  ${id}: {\n${fields.map((field) => `    ${indent(field, 2)};`).join('\n')}\n  };`;
}

function describeParameters(parameters, place) {
  const chosen = parameters.filter((parameter) => parameter.in === place);
  if (chosen.length === 0) return 'undefined';
  const fields = chosen.map(
    ({ name, required, schema }) => `${key(name)}${required ? '' : '?'}: ${describe(schema)}`,
  );
  return `{ ${fields.join('; ')} }`;
}

/** What comes with the answers that mean success; a 304 never reaches a page. */
function describeAnswer(responses) {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const texts = good.map(([, { content = {} }]) => {
    const schema = content['application/json']?.schema;
    if (schema !== undefined) return describe(schema);
    return Object.keys(content).length > 0 ? 'Response' : 'undefined';
  });
  // `call` waits for what a ticket of the request queue stands for, so that no page sees one.
  const real = texts
    .map((text) => text.replace(/ \| QueuedTicket\b/, ''))
    .filter((text) => text !== 'QueuedTicket');
  return [...new Set(real)].join(' | ') || 'undefined';
}

/** The named schemas that a text speaks of, and those that they speak of, by name. */
function reachableSchemas({ components }, text) {
  const found = new Map();
  const visit = (from) => {
    for (const [name, schema] of Object.entries(components.schemas)) {
      if (found.has(name) || !new RegExp(`\\b${name}\\b`).test(from)) continue;
      const described = describe(schema);
      found.set(name, described);
      visit(described);
    }
  };
  visit(text);
  return [...found].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** A JSON schema as a type, as far as our schemas go; what it cannot read it refuses. */
function describe(schema) {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(describe))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((part) => `(${describe(part)})`).join(' & ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => describe({ ...schema, type })).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return describeArray(schema);
    case 'object':
      return describeObject(schema);
    default:
      return 'unknown';
  }
}

function describeArray({ items, minItems, maxItems }) {
  const item = describe(Array.isArray(items) ? items[0] : (items ?? {}));
  if (minItems === 2 && maxItems === 2) return `[${item}, ${item}]`;
  return /[|&]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
}

function describeObject({ properties, required = [], patternProperties, additionalProperties }) {
  const rest = patternProperties ? Object.values(patternProperties)[0] : additionalProperties;
  const isMap = typeof rest === 'object' && rest !== null;
  if (properties === undefined)
    return isMap ? `{ [key: string]: ${describe(rest)} }` : 'Record<string, unknown>';
  const fields = Object.entries(properties).map(([name, schema]) => {
    const comment = schema.description === undefined ? '' : `/** ${schema.description} */\n`;
    return `${comment}${key(name)}${required.includes(name) ? '' : '?'}: ${describe(schema)};`;
  });
  if (fields.length === 0) return 'Record<string, never>';
  return `{\n${fields.map((field) => `  ${indent(field, 1)}`).join('\n')}\n}`;
}

function key(name) {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function indent(text, depth) {
  return text.replaceAll('\n', `\n${'  '.repeat(depth)}`);
}
