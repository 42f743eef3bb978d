import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import {
  assertSame,
  call,
  createInstance,
  type Plan,
  scene,
  setTheScene,
} from '../support/idempotent-server.ts';

setTheScene();

test('a refusal is stored and repeated, though the request would succeed by now', async () => {
  const server = await createInstance();
  scene.plan = { refuse: 'seat_taken' };
  const first = await call(server, { key: 'k1' });
  assert.equal(first.statusCode, 409);
  assert.match(String(first.headers['content-type']), /^application\/problem\+json/);
  scene.plan = {};
  assertSame(await call(server, { key: 'k1' }), first);
});

test('a key with another body, path or method is refused, and the first answer stays', async () => {
  const server = await createInstance();
  const first = await call(server, { key: 'k1' });
  for (const other of [{ seat: 'B-2' }, { path: '/things?x=1' }, { method: 'DELETE' as const }]) {
    const answer = await call(server, { key: 'k1', ...other });
    assert.equal(answer.statusCode, 422);
    assert.equal(answer.json().code, 'idempotency_key_reused');
  }
  assertSame(await call(server, { key: 'k1' }), first);
  assert.equal(scene.runs, 1);
});

test('a key is of one account: another one may use it too', async () => {
  const server = await createInstance();
  const [ann, bob] = [await call(server, { key: 'k1' }), await call(server, { key: 'k1', who: 'bob' })];
  assert.equal(ann.statusCode, 201);
  assert.equal(bob.statusCode, 201);
  assert.equal(bob.headers['idempotency-replayed'], undefined);
  assert.equal(scene.runs, 2);
});

test('before anyone has signed in keys work too', async () => {
  const server = await createInstance();
  const first = await call(server, { key: 'k1', path: '/open' });
  assertSame(await call(server, { key: 'k1', path: '/open' }), first);
});

test('an answer without a body is repeated without one', async () => {
  const server = await createInstance();
  const first = await call(server, { key: 'k1', method: 'DELETE' });
  assert.equal(first.statusCode, 204);
  assertSame(await call(server, { key: 'k1', method: 'DELETE' }), first);
  assert.equal(scene.runs, 1);
});

test('5xx and 429 are no answer: the next request with the key runs again', async () => {
  const server = await createInstance();
  const plans: [Plan, number][] = [
    [{ fail: new Error('a bug') }, 500],
    [{ fail: new UnavailableFault('postgres', 'away') }, 503],
    [{ refuse: 'slow_down' }, 429],
    [{}, 201],
  ];
  for (const [next, status] of plans) {
    scene.plan = next;
    assert.equal((await call(server, { key: 'k1' })).statusCode, status);
  }
  assert.equal(scene.runs, 4);
});

test('a stored refusal names the request that was refused, and what was refused', async () => {
  const server = await createInstance();
  scene.plan = { refuse: 'seat_taken' };
  const first = await call(server, { key: 'k1' });
  scene.plan = {};
  const again = await call(server, { key: 'k1' });
  assert.deepEqual(again.json(), first.json());
  assert.deepEqual(again.json().seats, ['A-1']);
});

test('a store that is away is 503, nothing runs, and the key is free again afterwards', async () => {
  const server = await createInstance();
  scene.storeFails = new UnavailableFault('postgres', 'away');
  const away = await call(server, { key: 'k1' });
  assert.equal(away.statusCode, 503);
  assert.equal(away.json().code, 'dependency_unavailable');
  assert.equal(scene.runs, 0);
  scene.storeFails = undefined;
  assert.equal((await call(server, { key: 'k1' })).statusCode, 201);
});

test('a header that is not valid is 400, also two of them; without one nothing is stored', async () => {
  const server = await createInstance();
  for (const key of ['', 'a b', 'ü', 'x'.repeat(256), 'k1, k1']) {
    const answer = await call(server, { key });
    assert.equal(answer.statusCode, 400, key);
    assert.equal(answer.json().code, 'idempotency_key_invalid');
  }
  assert.equal(scene.runs, 0);
  assert.equal((await call(server, { key: 'x'.repeat(255) })).statusCode, 201);
  scene.finds = 0;
  await call(server, {});
  await call(server, { key: 'k1', path: '/plain' });
  await call(server, { key: 'k1', path: '/plain' });
  assert.equal(scene.finds, 0);
  assert.equal(scene.runs, 4);
});

test('many requests share one look-up', async () => {
  const server = await createInstance();
  await Promise.all(Array.from({ length: 200 }, (_, index) => call(server, { key: `k${index}` })));
  assert.ok(scene.finds < 100, `${scene.finds} look-ups for 200 requests`);
});
