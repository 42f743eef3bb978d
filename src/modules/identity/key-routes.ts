import { anyone } from '../../platform/auth/access.ts';
import type { KeyRing } from '../../platform/auth/tokens/key-ring.ts';
import { operationConfig, operationRoute } from '../../platform/http/operations.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { HttpServer } from '../../platform/http/server.ts';
import { KeySetView, RotationView } from './contract.ts';
import type { IdentityOperations } from './operations.ts';

const KEY_SET_TYPE = 'application/jwk-set+json';

export function keyRoutes(
  server: HttpServer,
  keys: { readonly ring: KeyRing; readonly keySetMaxAgeMs: number },
  { rotateKeys }: IdentityOperations,
): void {
  const rotate = operationRoute(rotateKeys, { status: 201 });
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
      config: operationConfig(rotateKeys),
      schema: {
        operationId: 'rotateKeys',
        summary: 'Publish a new signing key; nobody is logged out',
        tags: ['Identity'],
        response: { 201: RotationView, default: Problem },
      },
    },
    (request, reply) => rotate(request, reply, null),
  );
}
