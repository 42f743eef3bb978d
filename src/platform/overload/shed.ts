import type { FastifyInstance } from 'fastify';
import { refuse } from '../../kernel/result.ts';
import { sendRefusal } from '../http/problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True while one more request would be refused anyway: it is then refused before anything is done for it. */
    isFull?: () => boolean;
  }
}

const OVERLOADED = refuse('overloaded');

/**
 * Turns requests away at the door while their route has no room, before token, pass and body are looked at:
 * in an overload most requests end here, and what each of them costs is taken from those that are served.
 * Register it before the guard, and after what measures requests.
 */
export function shedWhenFull(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.isFull?.()) sendRefusal(reply, OVERLOADED);
    else done();
  });
}
