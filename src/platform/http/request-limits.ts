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
  /** Reads that one account may make for ever, and ten times as many at once after a rest. */
  readonly accountReadsPerSecond: number;
  /** Requests of one account under way, event streams apart. */
  readonly accountRequestsMax: number;
  readonly accountStreamsMax: number;
  /** Writes without an account from one address: renewals of tokens most of all. */
  readonly addressWritesPerSecond: number;
  /** Reads without an account from one address. */
  readonly addressReadsPerSecond: number;
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
/** An address that rests may send the requests of so many seconds at once: a class that signs in together. */
const ADDRESS_BURST_SECONDS = 10;
/** An account that rests may read as much at once as in so many seconds. */
const READ_BURST_SECONDS = 10;

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

/** After the guard: what an account has under way, and how often it writes and reads. */
export function limitAccounts(server: FastifyInstance, options: RequestLimitOptions): void {
  const { limits, settings } = options;
  const requests = limits.underWay({ name: 'account_requests', perKey: settings.accountRequestsMax });
  const ofAccounts = ratesOf(options, 'account', {
    writes: { perSecond: settings.accountWritesPerSecond, burst: settings.accountWritesAtOnce },
    reads: {
      perSecond: settings.accountReadsPerSecond,
      burst: settings.accountReadsPerSecond * READ_BURST_SECONDS,
    },
  });
  const ofAddresses = ratesOf(options, 'address', {
    writes: {
      perSecond: settings.addressWritesPerSecond,
      burst: settings.addressWritesPerSecond * ADDRESS_BURST_SECONDS,
    },
    reads: {
      perSecond: settings.addressReadsPerSecond,
      burst: settings.addressReadsPerSecond * READ_BURST_SECONDS,
    },
  });
  server.decorate('streamLimits', createStreamLimits(options));
  server.addHook('onRequest', (request, reply, done) => {
    const { principal } = request;
    if (principal) {
      const key = principal.accountId;
      if (!ofAccounts(request, reply, key)) return;
      if (!begin(reply, requests, key)) {
        refuse(reply, options, { limit: 'account_requests', retryAfterMs: RETRY_AFTER_MS });
        return;
      }
    } else {
      const key = limitedAddress(request, settings);
      if (key !== undefined && !ofAddresses(request, reply, key)) return;
    }
    done();
  });
}

type Pace = { readonly perSecond: number; readonly burst: number };

/** @returns takes a request of a key; false: it is refused, and answered */
function ratesOf(
  options: RequestLimitOptions,
  whose: 'account' | 'address',
  paces: { readonly writes: Pace; readonly reads: Pace },
): (request: FastifyRequest, reply: FastifyReply, key: string) => boolean {
  const rateOf = (what: 'writes' | 'reads') => {
    const { perSecond, burst } = paces[what];
    const limit = `${whose}_${what}`;
    return {
      rate: options.limits.rate({ name: limit, perMinute: perSecond * 60, burst }),
      refusal: { ...options, limit },
    };
  };
  const [writes, reads] = [rateOf('writes'), rateOf('reads')];
  return (request, reply, key) => {
    if (request.method === 'OPTIONS' || request.routeOptions.config.keepsNothing === true) return true;
    const { rate, refusal } = isWrite(request) ? writes : reads;
    return takes(rate, key, reply, refusal);
  };
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
