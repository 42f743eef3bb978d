import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableFault } from '../../src/kernel/faults.ts';
import {
  assertSame,
  call,
  createInstance,
  listen,
  rawRequest,
  scene,
  setTheScene,
} from '../support/idempotent-server.ts';

setTheScene();

for (const withEffect of [false, true]) {
  const how = withEffect ? 'saved with its effect' : 'saved before it is sent';
  test(`a repeated write gets the stored answer, ${how}, and runs once`, async () => {
    const server = await createInstance();
    scene.plan = { withEffect };
    const first = await call(server, { key: 'k1' });
    assert.equal(first.statusCode, 201);
    assertSame(await call(server, { key: 'k1' }), first);
    assertSame(await call(server, { key: 'k1' }), first);
    assert.equal(scene.runs, 1);
  });

  test(`of requests with one key at once only one runs, and all get its answer, ${how}`, async () => {
    const server = await createInstance();
    const gate = Promise.withResolvers<void>();
    scene.plan = { withEffect, gate: gate.promise };
    const crowd = Array.from({ length: 20 }, () => call(server, { key: 'k1' }));
    setTimeout(gate.resolve, 20);
    const answers = await Promise.all(crowd);
    assert.deepEqual(new Set(answers.map((answer) => answer.statusCode)), new Set([201]));
    assert.equal(new Set(answers.map((answer) => answer.body)).size, 1);
    assert.equal(scene.runs, 1);
  });

  test(`two instances at once: one takes effect, and both give its answer, ${how}`, async () => {
    const [one, two] = [await createInstance(), await createInstance()];
    const gate = Promise.withResolvers<void>();
    scene.plan = { withEffect, gate: gate.promise };
    const both = [call(one, { key: 'k1' }), call(two, { key: 'k1' })];
    setTimeout(gate.resolve, 20);
    const [first, second] = await Promise.all(both);
    assert.equal(first?.statusCode, 201);
    assert.equal(second?.statusCode, 201);
    assert.equal(first?.body, second?.body);
  });
}

test('an instance whose request was refused gives the answer of the other one that succeeded', async () => {
  const [one, two] = [await createInstance(), await createInstance()];
  const gate = Promise.withResolvers<void>();
  scene.plan = { refuse: 'seat_taken', gate: gate.promise };
  const late = call(two, { key: 'k1' });
  await sleep(20);
  scene.plan = { withEffect: true };
  const won = await call(one, { key: 'k1' });
  gate.resolve();
  const answer = await late;
  assert.equal(won.statusCode, 201);
  assertSame(answer, won);
});

test('another instance with another body at once: one is answered, the other refused', async () => {
  const [one, two] = [await createInstance(), await createInstance()];
  for (const withEffect of [true, false]) {
    const gate = Promise.withResolvers<void>();
    scene.plan = { gate: gate.promise, withEffect };
    const key = randomUUID();
    const both = [call(one, { key, seat: 'A-1' }), call(two, { key, seat: 'B-2' })];
    setTimeout(gate.resolve, 20);
    const statuses = (await Promise.all(both)).map((answer) => answer.statusCode);
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [201, 422],
    );
  }
});

test('a store that goes away before a refusal is stored is 503, and the key is free again', async () => {
  const server = await createInstance();
  scene.plan = {
    refuse: 'seat_taken',
    gate: Promise.resolve().then(() => void (scene.storeFails = new UnavailableFault('postgres', 'away'))),
  };
  assert.equal((await call(server, { key: 'k1' })).statusCode, 503);
  scene.storeFails = undefined;
  scene.plan = {};
  assert.equal((await call(server, { key: 'k1' })).statusCode, 201);
});

test('who waits too long for the first request is told to come back', async () => {
  const server = await createInstance(30);
  const gate = Promise.withResolvers<void>();
  scene.plan = { gate: gate.promise };
  const first = call(server, { key: 'k1' });
  const second = await call(server, { key: 'k1' });
  assert.equal(second.statusCode, 409);
  assert.equal(second.json().code, 'idempotency_key_in_use');
  assert.equal(second.headers['retry-after'], '1');
  gate.resolve();
  assertSame(await call(server, { key: 'k1' }), await first);
});

const BODY = '{"seat":"A-1"}';

test('over sockets: a client that hangs up and comes again gets the answer of its first request', async () => {
  const server = await createInstance();
  const port = await listen(server);
  const gate = Promise.withResolvers<void>();
  scene.plan = { gate: gate.promise, withEffect: true };
  const first = rawRequest(port, ['idempotency-key: k1'], BODY);
  await sleep(50);
  first.cut();
  await first.answer;
  const again = rawRequest(port, ['idempotency-key: k1'], BODY);
  setTimeout(gate.resolve, 50);
  const text = await again.answer;
  assert.match(text, /^HTTP\/1\.1 201 /);
  assert.match(text, /"run":1/);
  scene.plan = {};
  const third = await rawRequest(port, ['idempotency-key: k1'], BODY).answer;
  assert.match(third, /^HTTP\/1\.1 201 /);
  assert.match(third, /"run":1/);
});

test('over sockets: two at once get one answer, and a repeated header is refused', async () => {
  const server = await createInstance();
  const port = await listen(server);
  const pair = [
    rawRequest(port, ['idempotency-key: k1'], BODY),
    rawRequest(port, ['idempotency-key: k1'], BODY),
  ];
  const bodies = (await Promise.all(pair.map((one) => one.answer))).map((text) => text.split('\r\n\r\n')[1]);
  assert.equal(bodies[0], bodies[1]);
  assert.equal(scene.runs, 1);
  const twice = await rawRequest(port, ['idempotency-key: k1', 'idempotency-key: k2'], BODY).answer;
  assert.match(twice, /^HTTP\/1\.1 400 /);
  assert.match(twice, /idempotency_key_invalid/);
});
