import type { FastifyInstance } from 'fastify';
import { sendRefusal } from './problem.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Tells "no such address" from "not with that method". Call before routes are registered. */
export function answerUnknownRoutes(server: FastifyInstance): void {
  const patterns = new Map<string, RegExp[]>(METHODS.map((method) => [method, []]));
  server.addHook('onRoute', (route) => {
    const pattern = patternOf(route.url);
    for (const method of [route.method].flat()) patterns.get(method)?.push(pattern);
  });
  server.setNotFoundHandler({}, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const allowed = METHODS.filter((method) => patterns.get(method)?.some((pattern) => pattern.test(path)));
    if (allowed.length === 0) {
      const isPerson = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
      return isPerson && server.missingPage
        ? server.missingPage(request, reply)
        : sendRefusal(reply, { ok: false, code: 'route_not_found' });
    }
    reply.header('allow', allowed.join(', '));
    return sendRefusal(reply, { ok: false, code: 'method_not_allowed' });
  });
}

function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[^/]+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${source}$`);
}
