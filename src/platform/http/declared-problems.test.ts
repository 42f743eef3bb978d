import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, it } from 'node:test';
import Fastify from 'fastify';
import { anyone, member, roles } from '../auth/access.ts';
import { declareProblems, UNDECLARED_PROBLEM, type UndeclaredProblem } from './declared-problems.ts';
import { httpProblems, sendRefusal } from './problem.ts';

function serve() {
  const server = Fastify();
  server.decorate('problems', httpProblems);
  declareProblems(server);
  return server;
}

describe('the problems of a route', () => {
  it('are its own, and those that follow from what it asks for', () => {
    const server = serve();
    const declared: Record<string, ReadonlySet<string>> = {};
    server.addHook('onRoute', ({ url, config }) => {
      declared[url] = config?.declaredProblems ?? new Set();
    });
    server.get('/open', { config: { access: anyone }, exposeHeadRoute: false }, () => '');
    server.post('/mine', { config: { access: member, idempotent: true, problems: ['not_ready'] } }, () => '');
    server.put('/theirs/:id', { config: { access: roles(['manager']) }, schema: { params: {} } }, () => '');
    assert.deepEqual(
      [...(declared['/open'] ?? [])],
      ['rate_limited', 'internal_error', 'overloaded', 'dependency_unavailable'],
    );
    for (const code of ['token_missing', 'malformed_json', 'idempotency_key_reused', 'not_ready'])
      assert.ok(declared['/mine']?.has(code), code);
    for (const code of ['role_required', 'malformed_url'])
      assert.ok(declared['/theirs/:id']?.has(code) && !declared['/mine']?.has(code), code);
  });

  it('must be defined', () => {
    const config = { access: anyone, problems: ['no_such_code'] };
    assert.throws(() => serve().get('/', { config }, () => ''), /GET \/ declares no_such_code/);
  });

  it('are told of where one is answered that is not among them', async () => {
    const server = serve();
    server.get('/', { config: { access: anyone, problems: ['not_ready'] } }, (request, reply) =>
      sendRefusal(reply, {
        ok: false,
        code: request.headers['x-code'] === 'not_ready' ? 'not_ready' : 'role_required',
      }),
    );
    const told: unknown[] = [];
    const listen = (message: unknown) => told.push(message);
    // What fails every other test would fail this one.
    const others = (await import('../../../test/support/declared-problems.ts')).failOnUndeclared;
    unsubscribe(UNDECLARED_PROBLEM, others);
    subscribe(UNDECLARED_PROBLEM, listen);
    await server.inject({ url: '/', headers: { 'x-code': 'not_ready' } });
    await server.inject('/');
    unsubscribe(UNDECLARED_PROBLEM, listen);
    subscribe(UNDECLARED_PROBLEM, others);
    assert.deepEqual(told, [{ route: 'GET /', code: 'role_required' } satisfies UndeclaredProblem]);
  });
});
