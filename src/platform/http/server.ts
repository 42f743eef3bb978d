import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import cors from '@fastify/cors';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from 'fastify';
import type { Ids } from '../../kernel/ids.ts';
import { mergeProblems, type ProblemCatalogue } from '../../kernel/problems.ts';
import type { Authenticate } from '../auth/principal.ts';
import { createDoor, type Door, type DoorRefusal } from '../overload/admission-guard.ts';
import { guardRoutes, type RouteEntry } from './authentication.ts';
import { answerClientError } from './client-errors.ts';
import { crossOriginHeaders, crossOriginOptions } from './cross-origin.ts';
import { declareProblems } from './declared-problems.ts';
import { answerError, answerErrors } from './error-handler.ts';
import { acceptJsonOnly } from './json-body.ts';
import { observeRequests, type RequestObservers } from './observe-requests.ts';
import { describeRoutes, type OpenApiInfo } from './openapi.ts';
import { type Pages, servePages } from './pages.ts';
import { httpProblems, PROBLEM_CONTENT_TYPE, problemDetails } from './problem.ts';
import { withStatus } from './problem-status.ts';
import { limitAccounts, limitAddresses, type RequestLimitOptions } from './request-limits.ts';
import { inTurns } from './request-turns.ts';
import { createHeaderSetter, protectionHeaders } from './response-headers.ts';
import { answerUnknownRoutes } from './unknown-routes.ts';
import { createValidatorCompiler } from './validation.ts';

export type HttpServer = FastifyInstance<
  RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export type HttpServerOptions = {
  readonly logger: FastifyBaseLogger;
  readonly ids: Ids;
  readonly authenticate: Authenticate;
  /** Heads the OpenAPI document; without it there is none. */
  readonly info?: OpenApiInfo;
  /** What the modules may answer besides the platform's own problems. */
  readonly problems: ProblemCatalogue;
  /** Addresses of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustProxy?: string | false | ((address: string, hop: number) => boolean);
  /** Sees every request first. @returns whether it answers it itself */
  readonly takesOver?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  readonly corsOrigins?: readonly string[];
  /** How long browsers are to insist on HTTPS; 0, the default: they are not told. */
  readonly httpsOnlyMs?: number;
  /** Where requests are told of; without it they are neither measured nor logged. */
  readonly observe?: RequestObservers;
  /** What addresses and accounts may ask for; without it nobody is limited. */
  readonly limit?: RequestLimitOptions;
  /** In what time a request must arrive, its body included; default 60 s. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may stand still under way, as when nobody reads an answer; default 2 min. */
  readonly standstillMs?: number;
  /** Built pages to serve beside the API; without them there are none. */
  readonly pages?: Pages | undefined;
};

const BODY_LIMIT_BYTES = 64 * 1024;
const URL_PARAMETER_LENGTH_MAX = 256;
const REQUEST_TIMEOUT_MS = 60_000;
const STANDSTILL_MS = 120_000;
/** How often connections are looked at for requests that do not arrive. */
const REQUEST_CHECK_MS = 10_000;

/** A server with validation, problem details and access guard, and no route yet. */
export async function createHttpServer(
  options: HttpServerOptions,
): Promise<{ server: HttpServer; routes: readonly RouteEntry[] }> {
  const headers = protectionHeaders(options);
  const setHeaders = createHeaderSetter(headers);
  const { corsOrigins = [], requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const door = createDoor({
    ids: options.ids,
    refusal: overloadRefusal(headers),
    headersFor: crossOriginHeaders(corsOrigins),
  });
  const server = Fastify({
    serverFactory: (handle, settings) => serveBehind(door, beneath(options.takesOver, handle), settings),
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request, with its redaction made again, took a tenth of a hold's time for a line that is
    // hardly ever written. Who writes one names the request.
    childLoggerFactory: (logger) => logger,
    genReqId: () => options.ids.next(),
    bodyLimit: BODY_LIMIT_BYTES,
    // Fastify waits for ever for a body that comes in drops; each would keep a connection.
    requestTimeout: requestTimeoutMs,
    // And for a reader who does not read. Event streams have their heartbeat, which looks after that.
    connectionTimeout: options.standstillMs ?? STANDSTILL_MS,
    http: {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(REQUEST_CHECK_MS, requestTimeoutMs),
    },
    routerOptions: { maxParamLength: URL_PARAMETER_LENGTH_MAX },
    trustProxy: options.trustProxy ?? false,
    // Idle keep-alive connections would hold a shutdown open; busy ones finish their answer.
    forceCloseConnections: 'idle',
    // What still arrives on them is answered as ever, with `Connection: close`: all parts behind stop later.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors(error, request, reply) {
      // No hook runs before these.
      setHeaders(request, reply);
      answerError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as HttpServer;
  server.decorate('problems', mergeProblems(httpProblems, withStatus(options.problems)));
  server.setValidatorCompiler(createValidatorCompiler());
  acceptJsonOnly(server);
  if (options.observe) observeRequests(server, options.observe);
  answerErrors(server);
  answerUnknownRoutes(server);
  server.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    done();
  });
  door.watch(server);
  if (corsOrigins.length > 0) await server.register(cors, crossOriginOptions(corsOrigins));
  if (options.info) await describeRoutes(server, options.info);
  // Before the guard, like the page of the document: they are open, and no part of the API.
  if (options.pages) servePages(server, options.pages);
  if (options.limit) limitAddresses(server, options.limit);
  declareProblems(server);
  const routes = guardRoutes(server, options.authenticate);
  if (options.limit) limitAccounts(server, options.limit);
  return { server, routes };
}

function overloadRefusal(headers: Readonly<Record<string, string>>): DoorRefusal {
  const problem = httpProblems.overloaded;
  return {
    status: problem.status,
    headers: {
      ...headers,
      'content-type': PROBLEM_CONTENT_TYPE,
      'retry-after': String(problem.retryAfterSeconds),
    },
    bodyOf: (requestId) =>
      JSON.stringify(problemDetails(problem, { ok: false, code: 'overloaded' }, requestId)),
  };
}

function beneath(takesOver: HttpServerOptions['takesOver'], handle: RequestListener): RequestListener {
  if (!takesOver) return handle;
  return (request, response) => {
    if (!takesOver(request, response)) handle(request, response);
  };
}

/** What Fastify itself would create, with the door in front, and one request of a connection at a time. */
function serveBehind(
  door: Door,
  handle: RequestListener,
  settings: Pick<
    FastifyHttpOptions<Server>,
    'http' | 'keepAliveTimeout' | 'requestTimeout' | 'connectionTimeout'
  >,
): Server {
  const serve = inTurns((request, response) => {
    if (!door.turnsAway(request, response)) handle(request, response);
  });
  const server = createServer(settings.http ?? {}, serve);
  if (settings.keepAliveTimeout !== undefined) server.keepAliveTimeout = settings.keepAliveTimeout;
  if (settings.requestTimeout !== undefined) server.requestTimeout = settings.requestTimeout;
  return server.setTimeout(settings.connectionTimeout ?? 0);
}
