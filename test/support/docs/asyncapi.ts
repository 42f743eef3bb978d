import { API_INFO } from '../../../src/app/api-info.ts';
import { eventTypes } from '../../../src/app/event-types.ts';
import { Stats, StatsPoint } from '../../../src/modules/monitoring/contract.ts';
import { figuresView } from '../../../src/modules/monitoring/live.ts';
import { seatsView } from '../../../src/modules/seating/live.ts';
import { EntryView } from '../../../src/modules/waiting-room/contract.ts';
import { entryView } from '../../../src/modules/waiting-room/live.ts';
import {
  DEMO_DESTINATIONS,
  DEMO_PRESENCE,
  type DestinationRule,
  rulesOf,
  SESSION_DESTINATIONS,
} from '../../../src/platform/live/stomp/destinations.ts';
import { STOMP_ERRORS } from '../../../src/platform/live/stomp/frame.ts';
import { DEMO_HANDLERS, SESSION_HANDLERS } from '../../../src/platform/live/stomp/handlers.ts';

type Json = object;

const text = { type: 'string' } as const;
const closed: Json = {
  type: 'object',
  properties: { reason: text, reconnect: { type: 'boolean' } },
  required: ['reason', 'reconnect'],
};

/** What is told on a destination, by the name in the header `event`; '' where there is none. */
const TOLD: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  '/user/queue/replies': {
    '': {
      type: 'object',
      description:
        'The answer of a handler, or news with a `type`: token_expiring, session_renewed, broker_away, broker_back.',
    },
  },
  '/user/queue/errors': {
    '': {
      type: 'object',
      properties: {
        code: { enum: Object.keys(STOMP_ERRORS) },
        message: text,
        action: text,
        destination: text,
      },
      required: ['code', 'message', 'action'],
    },
  },
  '/topic/performances/*/seats': {
    snapshot: { type: 'object', description: 'Read the map: GET /v1/performances/{id}/seats.' },
    delta: { type: 'object', description: 'What changed, as over GET /v1/performances/{id}/seats/stream.' },
    closed,
  },
  '/user/queue/rooms/*': {
    position: EntryView,
    admitted: EntryView,
    'sold-out': { type: 'object' },
    closed,
  },
  '/topic/operations/figures': {
    history: { type: 'array', items: StatsPoint },
    figures: Stats,
    closed,
  },
  [DEMO_PRESENCE]: {
    present: {
      type: 'object',
      properties: { count: { type: 'integer' }, accounts: { type: 'array', items: text } },
      required: ['count', 'accounts'],
    },
  },
};

/** AsyncAPI 3: the destinations of STOMP, the event streams of HTTP, and the events that other systems get. */
export function renderAsyncApi(openApi: { readonly paths: object }): Json {
  const parts = [
    ...stompRules().map(stompChannel),
    ...streamsOf(openApi),
    ...Object.values(eventTypes).flat().map(eventChannel),
  ];
  return {
    asyncapi: '3.0.0',
    info: {
      title: API_INFO.title,
      version: API_INFO.version,
      description:
        'Printed from the contracts by test/flows/asyncapi.test.ts; docs/messaging.md says what may be relied on.',
    },
    defaultContentType: 'application/json',
    servers: {
      stomp: {
        host: 'localhost:8080',
        pathname: '/stomp',
        protocol: 'ws',
        description:
          'STOMP 1.0 to 1.2 over WebSocket (v10.stomp, v11.stomp, v12.stomp), and over TCP where STOMP_PORT is set.',
        security: [{ $ref: '#/components/securitySchemes/accessToken' }],
      },
      http: { host: 'localhost:8080', protocol: 'http', description: 'Server-Sent Events.' },
      export: {
        host: 'platform.example',
        protocol: 'https',
        description: 'An outside platform (EXPORT_TO): CloudEvents 1.0.',
      },
    },
    channels: Object.assign({}, ...parts.map(({ id, channel }) => ({ [id]: channel }))),
    operations: Object.assign({}, ...parts.map(({ operations }) => operations)),
    components: {
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'In CONNECT: Authorization or passcode.',
        },
      },
    },
  };
}

type Part = { readonly id: string; readonly channel: Json; readonly operations: Json };

function stompRules(): readonly DestinationRule[] {
  const views = [
    seatsView({} as never, {} as never),
    entryView({} as never, {} as never),
    figuresView({} as never),
  ];
  const presence: DestinationRule = { pattern: DEMO_PRESENCE, send: false, subscribe: 'all' };
  return [...SESSION_DESTINATIONS, ...rulesOf(views), presence, ...DEMO_DESTINATIONS];
}

function stompChannel({ pattern, send, subscribe }: DestinationRule): Part {
  const id = `stomp${pattern
    .replaceAll('**', 'any')
    .replaceAll('*', 'one')
    .replaceAll(/[^\w]+/g, '.')}`;
  const taken = [...SESSION_HANDLERS, ...DEMO_HANDLERS].find(
    ({ destination }) => destination === pattern,
  )?.body;
  const told = TOLD[pattern] ?? { '': {} };
  const named: Record<string, Json> = {};
  if (send) named['sent'] = { name: 'SEND', payload: taken ?? {} };
  if (subscribe !== 'no')
    for (const [event, payload] of Object.entries(told))
      named[event || 'message'] = messageOf(event, payload);
  const { address, parameters } = addressOf(pattern);
  const channel = { address, messages: named, servers: [{ $ref: '#/servers/stomp' }], ...parameters };
  const refs = (names: readonly string[]) =>
    names.map((name) => ({ $ref: `#/channels/${id}/messages/${name}` }));
  const others = Object.keys(named).filter((name) => name !== 'sent');
  const operation = (action: string, names: readonly string[]) => ({
    action,
    channel: { $ref: `#/channels/${id}` },
    messages: refs(names),
  });
  return {
    id,
    channel,
    operations: {
      ...(send ? { [`${id}.send`]: operation('receive', ['sent']) } : {}),
      ...(others.length > 0 ? { [`${id}.subscribe`]: operation('send', others) } : {}),
    },
  };
}

function messageOf(event: string, payload: Json): Json {
  if (event === '') return { name: 'MESSAGE', payload };
  const headers = {
    type: 'object',
    properties: { event: { const: event }, offset: text, recovered: { enum: ['true', 'false'] } },
    required: ['event'],
  };
  return { name: event, headers, payload };
}

/** A star is a parameter of the address. */
function addressOf(pattern: string): { readonly address: string; readonly parameters: Json } {
  if (!pattern.includes('*')) return { address: pattern, parameters: {} };
  return { address: pattern.replace(/\*+/, '{name}'), parameters: { parameters: { name: {} } } };
}

type OpenApiOperation = {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly responses: Json;
};

function streamsOf(openApi: { readonly paths: object }): readonly Part[] {
  const paths = Object.entries(
    openApi.paths as Readonly<Record<string, { readonly get?: OpenApiOperation }>>,
  );
  return paths.flatMap(([path, { get }]) => {
    if (get === undefined || !JSON.stringify(get.responses).includes('text/event-stream')) return [];
    const id = `sse.${get.operationId}`;
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, {}]);
    const channel = {
      address: path,
      ...(get.summary === undefined ? {} : { summary: get.summary }),
      ...(get.description === undefined ? {} : { description: get.description }),
      messages: { event: { name: 'event', contentType: 'text/event-stream', payload: {} } },
      servers: [{ $ref: '#/servers/http' }],
      ...(names.length === 0 ? {} : { parameters: Object.fromEntries(names) as Json }),
    };
    return [
      {
        id,
        channel,
        operations: { [`${id}.follow`]: { action: 'send', channel: { $ref: `#/channels/${id}` } } },
      },
    ];
  });
}

function eventChannel({ type, data, subject, partitionKey }: (typeof eventTypes)[string][number]): Part {
  const id = `event.${type}`;
  const description = `Its subject is \`${subject}\`, its partition key \`${partitionKey}\`.`;
  const channel = {
    address: type,
    messages: { event: { name: type, description, payload: data } },
    servers: [{ $ref: '#/servers/export' }],
  };
  return {
    id,
    channel,
    operations: { [`${id}.export`]: { action: 'send', channel: { $ref: `#/channels/${id}` } } },
  };
}
