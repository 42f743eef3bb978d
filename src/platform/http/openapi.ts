import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { anyone } from '../auth/access.ts';
import { completeDocument, DECLARED_PROBLEMS, PROBLEM_TYPE } from './openapi-document.ts';
import { Problem } from './problem.ts';
import { DOCUMENT_HEADERS } from './response-headers.ts';

export type OpenApiInfo = {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly license: { readonly name: string; readonly identifier: string };
  /** What the operations of a tag are about, in the order of the page. */
  readonly tags: Readonly<Record<string, string>>;
  /** What some routes take in place of an access token, by the name that their `access.credential` has. */
  readonly credentials: Readonly<Record<string, { readonly header: string; readonly description: string }>>;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Request headers that the route reads by itself, for the document: name and what it is for. */
    documentedHeaders?: Readonly<Record<string, string>>;
  }
}

type RouteConfig = {
  readonly access?: {
    readonly who: unknown;
    readonly owner?: string;
    readonly knowsMembers?: true;
    readonly credential?: string;
  };
  readonly idempotent?: boolean;
  readonly documentedHeaders?: Readonly<Record<string, string>>;
  readonly declaredProblems?: ReadonlySet<string>;
};

/** What the pages have in their tab as well. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#5b3df5"/><path
  d="M10 7h13v4.5h-8.2V15h7v4.4h-7V25H10z" fill="#fff"/><circle cx="23" cy="22.5" r="2.8" fill="#ffd166"/></svg>`;

const IDEMPOTENCY_KEY = [
  'Names one attempt and the repeats that its lost answers need: same key and body, same stored answer, for a day, refusals included.',
  'What follows an answer is another attempt with a new key, such as paying again once the points suffice.',
  'Same key, another body: 422.',
].join(' ');

/**
 * Collects every route that is registered afterwards into an OpenAPI 3.1 document, made of the very schemas
 * that requests are checked against; serves it at /openapi.json, and a page to try it at /docs.
 */
export async function describeRoutes(
  server: FastifyInstance,
  { tags, credentials, ...info }: OpenApiInfo,
): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      // Relative: wherever the document was read.
      servers: [{ url: '/', description: 'The instance that serves this document' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          accessToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'The `accessToken` of POST /v1/sessions.',
          },
          ...headerSchemes(credentials),
        },
      },
    },
    transformObject(document) {
      if (!('openapiObject' in document)) return {};
      completeDocument(document.openapiObject, server.problems);
      return document.openapiObject;
    },
    transform: ({ schema, url, route }) => ({ url, schema: describe(schema ?? {}, route.config ?? {}) }),
  });
  // Before the guard: the page's own routes are open and belong to no client.
  await server.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
    });
    scope.addHook('onRequest', (_request, reply, done) => {
      reply.headers(DOCUMENT_HEADERS);
      done();
    });
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      transformStaticCSP: ownFilesOnly,
      // It would send the document to a checker on the internet; and the bar on top shows another project's logo.
      uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
      theme: {
        title: `${info.title} API`,
        favicon: [{ filename: 'icon.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: ICON }],
      },
    });
  });
  server.get('/openapi.json', { config: { access: anyone }, schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(server.swagger()),
  );
}

/** The policy that comes with the page, less what it allows of other sites and asks of one without HTTPS. */
function ownFilesOnly(policy: string): string {
  return policy
    .replaceAll(/ https:| validator\.swagger\.io| ?upgrade-insecure-requests;/g, '')
    .replace("frame-ancestors 'self'", "frame-ancestors 'none'");
}

/** Adds to a route's schema what its configuration says: who may call it, which headers it reads, what it refuses. */
function describe(schema: FastifySchema, config: RouteConfig): FastifySchema {
  const headers = {
    ...config.documentedHeaders,
    ...(config.idempotent ? { 'Idempotency-Key': IDEMPOTENCY_KEY } : {}),
  };
  const described = {
    ...schema,
    response: { ...(schema.response as object | undefined), default: UNFORESEEN },
    security: securityOf(config),
    description: [schema.description, ruleOf(config)].filter((text) => text !== undefined).join('\n\n'),
    [DECLARED_PROBLEMS]: [...(config.declaredProblems ?? [])],
  };
  if (Object.keys(headers).length === 0) return described;
  const properties = Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { type: 'string', description }]),
  );
  return {
    ...described,
    headers: { type: 'object', properties: { ...propertiesOf(schema.headers), ...properties } },
  };
}

const UNFORESEEN = {
  description: 'What nobody foresees, as a problem',
  content: { [PROBLEM_TYPE]: { schema: Problem } },
};

function propertiesOf(schema: unknown): object {
  return (schema as { readonly properties?: object } | undefined)?.properties ?? {};
}

function headerSchemes(credentials: OpenApiInfo['credentials']) {
  return Object.fromEntries(
    Object.entries(credentials).map(([name, { header, description }]) => [
      name,
      { type: 'apiKey' as const, in: 'header' as const, name: header, description },
    ]),
  );
}

/** Alternatives; an empty one: a token is not needed. */
function securityOf({ access }: RouteConfig): Record<string, readonly string[]>[] {
  const credential = access?.credential === undefined ? [] : [{ [access.credential]: [] }];
  if (access !== undefined && access.who !== 'anyone') return [{ accessToken: [] }, ...credential];
  return access?.knowsMembers ? [{}, { accessToken: [] }] : credential;
}

function ruleOf({ access }: RouteConfig): string {
  if (access?.who === 'anyone' && access.credential) return `For anyone who shows \`${access.credential}\`.`;
  if (access === undefined || access.who === 'anyone') return 'For anyone.';
  const who = Array.isArray(access.who) ? access.who.join(' or ') : 'anyone signed in';
  return `For ${who}${access.owner === undefined ? '' : `; must own ${access.owner}`}.`;
}
