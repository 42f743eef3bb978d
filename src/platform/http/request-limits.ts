import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressKey, isLoopback } from '../limits/address-key.ts';
import type { Limits, RateLimit, UnderWayLimit } from '../limits/limits.ts';
import { sendRefusal } from './problem.ts';

declare module 'node:http' {
  interface ServerResponse {
    underWay?: UnderWay;
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A write that keeps nothing: it does not count among the writes of an account. */
    keepsNothing?: boolean;
  }
  interface FastifyInstance {
    streamLimits?: StreamLimits;
  }
}

export type RequestLimitSettings = {
  /** Writes that one account may make for ever, and at once after a rest. */
  readonly accountWritesPerSecond: number;
  readonly accountWritesAtOnce: number;
  /** Requests of one account under way, event streams apart. */
  readonly accountRequestsMax: number;
  readonly accountStreamsMax: number;
  /** Writes without an account from one address: renewals of tokens most of all. */
  readonly addressWritesPerSecond: number;
  readonly addressRequestsMax: number;
  readonly addressStreamsMax: number;
  /** Event streams of everybody. */
  readonly streamsMax: number;
  /** Whether this machine's own address is limited like any other. */
  readonly limitsLoopback: boolean;
};

export type RequestLimitOptions = {
  readonly limits: Limits;
  readonly settings: RequestLimitSettings;
  /** Hears by which limit a request was refused. */
  readonly onRefused?: (limit: string) => void;
};

/** When who has too much under way may come again. */
const RETRY_AFTER_MS = 1_000;
/** Streams last: there is no room again in a second. */
const STREAM_RETRY_AFTER_MS = 5_000;
/** An address that rests may send the writes of so many seconds at once: a class that signs in together. */
const ADDRESS_BURST_SECONDS = 10;

/** What a request counts for until it is answered, or has become an event stream. */
class UnderWay {
  readonly #limit: UnderWayLimit;
  readonly #key: string;
  readonly #before: UnderWay | undefined;
  #hasEnded = false;

  constructor(limit: UnderWayLimit, key: string, before: UnderWay | undefined) {
    this.#limit = limit;
    this.#key = key;
    this.#before = before;
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#limit.leave(this.#key);
    this.#before?.end();
  }
}

/** Before the guard: what one address has under way, tokens that have to be verified included. */
export function limitAddresses(server: FastifyInstance, options: RequestLimitOptions): void {
  const { limits, settings } = options;
  const requests = limits.underWay({ name: 'address_requests', perKey: settings.addressRequestsMax });
  server.addHook('onRequest', (request, reply, done) => {
    const address = limitedAddress(request, settings);
    if (address === undefined || begin(reply, requests, address)) return done();
    refuse(reply, options, { limit: 'address_requests', retryAfterMs: RETRY_AFTER_MS });
  });
}

/** After the guard: what an account has under way, and how much it writes. */
export function limitAccounts(server: FastifyInstance, options: RequestLimitOptions): void {
  const { limits, settings } = options;
  const requests = limits.underWay({ name: 'account_requests', perKey: settings.accountRequestsMax });
  const writes = limits.rate({
    name: 'account_writes',
    perMinute: settings.accountWritesPerSecond * 60,
    burst: settings.accountWritesAtOnce,
  });
  const writesWithoutAccount = limits.rate({
    name: 'address_writes',
    perMinute: settings.addressWritesPerSecond * 60,
    burst: settings.addressWritesPerSecond * ADDRESS_BURST_SECONDS,
  });
  const accountWrites = { ...options, limit: 'account_writes' };
  const addressWrites = { ...options, limit: 'address_writes' };
  server.decorate('streamLimits', createStreamLimits(options));
  server.addHook('onRequest', (request, reply, done) => {
    const { principal } = request;
    const isCounted = isWrite(request) && request.routeOptions.config.keepsNothing !== true;
    if (principal) {
      const key = principal.accountId;
      if (isCounted && !takes(writes, key, reply, accountWrites)) return;
      if (!begin(reply, requests, key)) {
        refuse(reply, options, { limit: 'account_requests', retryAfterMs: RETRY_AFTER_MS });
        return;
      }
    } else if (isCounted) {
      const key = limitedAddress(request, settings);
      if (key !== undefined && !takes(writesWithoutAccount, key, reply, addressWrites)) return;
    }
    done();
  });
}

/** Counts a request under way until its connection has its answer. */
function begin({ raw }: FastifyReply, limit: UnderWayLimit, key: string): boolean {
  if (!limit.enter(key)) return false;
  if (!raw.underWay) raw.on('close', endUnderWay);
  raw.underWay = new UnderWay(limit, key, raw.underWay);
  return true;
}

/** One function for all responses. */
function endUnderWay(this: ServerResponse): void {
  this.underWay?.end();
}

function takes(
  rate: RateLimit,
  key: string,
  reply: FastifyReply,
  options: RequestLimitOptions & { readonly limit: string },
): boolean {
  const retryAfterMs = rate.take(key);
  if (retryAfterMs === 0) return true;
  refuse(reply, options, { limit: options.limit, retryAfterMs });
  return false;
}

function refuse(
  reply: FastifyReply,
  { onRefused }: RequestLimitOptions,
  { limit, retryAfterMs }: { readonly limit: string; readonly retryAfterMs: number },
): void {
  onRefused?.(limit);
  sendRefusal(reply, { ok: false, code: 'rate_limited', extra: { retryAfterMs } });
}

function isWrite({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** @returns the key of the address where it is limited */
function limitedAddress(
  { ip }: FastifyRequest,
  { limitsLoopback }: RequestLimitSettings,
): string | undefined {
  return !limitsLoopback && isLoopback(ip) ? undefined : addressKey(ip);
}

/** Asked by whatever opens an event stream. */
export type StreamLimits = {
  /** @returns gives the place back, or undefined when there is none: the request is answered then */
  enter(request: FastifyRequest, reply: FastifyReply): (() => void) | undefined;
};

function createStreamLimits(options: RequestLimitOptions): StreamLimits {
  const { limits, settings, onRefused } = options;
  const ofAddresses = limits.underWay({
    name: 'streams',
    perKey: settings.addressStreamsMax,
    total: settings.streamsMax,
  });
  const ofAccounts = limits.underWay({ name: 'account_streams', perKey: settings.accountStreamsMax });
  return {
    enter(request, reply) {
      const account = request.principal?.accountId;
      if (!ofAccounts.enter(account)) {
        refuse(reply, options, { limit: 'account_streams', retryAfterMs: STREAM_RETRY_AFTER_MS });
        return undefined;
      }
      const address = limitedAddress(request, settings);
      if (!ofAddresses.enter(address)) {
        ofAccounts.leave(account);
        onRefused?.('streams');
        const extra = { retryAfterMs: STREAM_RETRY_AFTER_MS };
        sendRefusal(reply, { ok: false, code: 'overloaded', extra });
        return undefined;
      }
      // From here on it is no request under way any more.
      reply.raw.underWay?.end();
      return () => {
        ofAccounts.leave(account);
        ofAddresses.leave(address);
      };
    },
  };
}
