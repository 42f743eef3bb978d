import { eventTypes } from '../../../src/app/event-types.ts';
import type { EventConsumer, EventType } from '../../../src/platform/events/event.ts';
import { drawSaga } from './saga-drawings.ts';

export type JsonSchema = {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
};

type Listed = Pick<EventType, 'subject' | 'partitionKey'> & {
  readonly module: string;
  readonly schema: JsonSchema;
};

/** Every type of event as it is declared, and the module that saves it. */
export const eventCatalogue: Readonly<Record<string, Listed>> = Object.fromEntries(
  Object.entries(eventTypes).flatMap(([module, events]) =>
    events.map(({ type, data, subject, partitionKey }) => [
      type,
      { module, schema: data, subject, partitionKey },
    ]),
  ),
);

const INTRODUCTION = `# Events

Printed from the \`contract.ts\` of the modules, the tables of transitions and the saga by \`test/flows/event-types.test.ts\`, which also checks that what a sale saves is what stands here. \`UPDATE_DOCS=1\` in its environment prints it again.

Each event is saved in the transaction of the state it speaks of, and delivered at least once, in order per partition key. Around the data:

| field | type | meaning |
|---|---|---|
| \`id\` | text | the same on every delivery |
| \`type\`, \`version\` | text, integer | what follows; every version here is 1 |
| \`subject\` | id | what the event is about: the field of the data that each type names |
| \`partitionKey\` | id | events of one partition key come in the order of their saving; also a field of the data |
| \`position\` | integer | the place in the log; it grows, with gaps; holds that were decided at once share one |
| \`occurredAt\` | time | epoch milliseconds |
| \`trace\` | text, where there is one | the W3C \`traceparent\` of the request that caused it |

An outside platform gets them as CloudEvents 1.0 (\`EXPORT_TO\`, [production.md](production.md#9-events-for-a-data-platform)): \`type\`, \`subject\` and \`time\` are these, \`partitionkey\`, \`dataversion\`, \`storeposition\` and \`traceparent\` are extensions, and \`id\` is the same here, there, and on every repetition.

Ids are UUIDs, times are RFC 3339 in UTC, amounts are whole won.
`;

/** docs/events.md. */
export function renderEventsPage(consumers: readonly EventConsumer[]): string {
  const sections = Object.entries(eventCatalogue).map(([type, { module, schema, subject, partitionKey }]) => {
    const rows = Object.entries(schema.properties ?? {}).map(
      ([name, field]) => `| \`${name}\` | ${typeOf(field)} | ${field.description ?? ''} |`,
    );
    const fields = subject === partitionKey ? `its subject and partition key` : `its subject`;
    const order = subject === partitionKey ? '' : `, its partition key \`${partitionKey}\``;
    const head = `## ${type}\n\nSaved by ${module}; ${fields} is \`${subject}\`${order}.\n`;
    return [head, '| field | type | meaning |', '|---|---|---|', ...rows, ''].join('\n');
  });
  return `${INTRODUCTION}\n${drawSaga(consumers)}\n${sections.join('\n')}`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (schema.format === 'uuid') return 'id';
  if (schema.format === 'date-time') return 'time';
  return schema.type ?? 'any';
}
