import { anyone, roles } from '../../platform/auth/access.ts';
import type { KeyRing } from '../../platform/auth/tokens/key-ring.ts';
import { Problem, problemBody } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { KeySetView, RotationView } from './contract.ts';

const KEY_SET_TYPE = 'application/jwk-set+json';

export function keyRoutes(
  server: HttpServer,
  keys: { readonly ring: KeyRing; readonly keySetMaxAgeMs: number },
): void {
  const cacheControl = `public, max-age=${Math.floor(keys.keySetMaxAgeMs / 1000)}`;

  server.get(
    '/.well-known/jwks.json',
    {
      config: { access: anyone },
      schema: {
        operationId: 'readKeySet',
        summary: 'The keys that verify our tokens, the next one included (RFC 7517)',
        tags: ['Identity'],
        // The type is that of the standard, not application/json.
        response: {
          200: { description: 'JWK set', content: { [KEY_SET_TYPE]: { schema: KeySetView } } },
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', cacheControl).type(`${KEY_SET_TYPE}; charset=utf-8`);
      return { keys: [...keys.ring.keySet().keys] };
    },
  );

  server.post(
    '/v1/keys/rotations',
    {
      config: { access: roles(['manager']), idempotent: true },
      schema: {
        operationId: 'rotateKeys',
        summary: 'Publish a new signing key; nobody is logged out',
        tags: ['Identity'],
        response: { 201: RotationView, default: Problem },
      },
    },
    async (_request, reply) => {
      const outcome = await keys.ring.rotate();
      if (!outcome.ok) return problemBody(reply, outcome);
      const { kid, createdAt, signsFrom } = outcome.value;
      reply.code(201);
      return {
        kid,
        createdAt: new Date(createdAt).toISOString(),
        signsFrom: new Date(signsFrom).toISOString(),
      };
    },
  );
}
