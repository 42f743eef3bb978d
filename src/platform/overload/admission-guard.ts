import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Ids } from '../../kernel/ids.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True while one more request would be refused anyway: it is then refused before anything is done for it. */
    isFull?: () => boolean;
  }
}

export type DoorOptions = {
  readonly ids: Ids;
  readonly refusal: DoorRefusal;
  /** Names and values that depend on where the page comes from that asks. */
  readonly headersFor?: (origin: string | undefined) => readonly string[];
};

/** What is answered to a request that is turned away. */
export type DoorRefusal = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  bodyOf(requestId: string): string;
};

/** Stands before all routes. */
export type Door = {
  /** Learns which routes can be full. Call it after what measures requests, before there are routes. */
  watch(server: FastifyInstance): void;
  /** @returns whether the request is answered, because its route is full */
  turnsAway(request: IncomingMessage, response: ServerResponse): boolean;
};

/** A route that can be full. */
type Entrance = {
  readonly method: string;
  readonly url: string;
  isFull(): boolean;
  count(): void;
};

/**
 * Turns requests away while their route has no room: before token, pass and body are looked at, and before
 * Fastify hears of them. In an overload most requests end here, and what each of them costs is taken from those
 * that are served (docs/decisions/002-turn-away-before-fastify.md).
 */
export function createDoor({ ids, refusal, headersFor = () => [] }: DoorOptions): Door {
  const { status } = refusal;
  const entrances: Entrance[] = [];
  const constant = Object.entries(refusal.headers).flat();
  return {
    watch(server) {
      server.addHook('onRoute', (route) => {
        const { isFull, stats } = route.config ?? {};
        if (!isFull) return;
        if (/[:*]/.test(route.url))
          throw new Error(`${route.url} can be full, so it must have no parameters`);
        const count = () => {
          server.countProblem?.('overloaded');
          stats?.observe(Math.floor(status / 100), 0);
        };
        for (const method of [route.method].flat()) entrances.push({ method, url: route.url, isFull, count });
      });
    },
    turnsAway(request, response) {
      for (const entrance of entrances) {
        if (!entrance.isFull() || !leadsTo(entrance, request)) continue;
        entrance.count();
        const id = ids.next();
        const body = refusal.bodyOf(id);
        const length = String(Buffer.byteLength(body));
        const own = ['x-request-id', id, 'content-length', length];
        response.writeHead(status, [...constant, ...headersFor(request.headers.origin), ...own]).end(body);
        return true;
      }
      return false;
    },
  };
}

function leadsTo({ method, url }: Entrance, request: IncomingMessage): boolean {
  const asked = request.url ?? '';
  if (request.method !== method || !asked.startsWith(url)) return false;
  return asked.length === url.length || asked[url.length] === '?';
}
