import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { createInternalTokens } from './internal-tokens.ts';

const SECRET = 'an internal secret of this test 0123456789';
const REQUEST = { method: 'POST', target: '/v1/x?a=1', forwardedFor: '203.0.113.7', forwardedProto: 'https' };

test('an internal token is good for its instance, its request and thirty seconds', async () => {
  const clock = createManualClock();
  const tokens = createInternalTokens(SECRET, clock);
  const token = tokens.sign('one', REQUEST);
  assert.equal(tokens.verify(token, 'one', REQUEST), 'valid');
  assert.equal(createInternalTokens(SECRET, clock).verify(token, 'one', REQUEST), 'valid');
  assert.equal(tokens.verify(token, 'two', REQUEST), 'other_instance');
  for (const [name, value] of Object.entries({
    method: 'PUT',
    target: '/v1/x?a=2',
    forwardedFor: '203.0.113.8',
    forwardedProto: 'http',
  }))
    assert.equal(tokens.verify(token, 'one', { ...REQUEST, [name]: value }), 'invalid', name);
  await clock.advance(31_000);
  assert.equal(tokens.verify(token, 'one', REQUEST), 'invalid');
});

test('forged internal tokens are refused', () => {
  const clock = createManualClock();
  const tokens = createInternalTokens(SECRET, clock);
  const [header = '', payload = '', tag = ''] = tokens.sign('one', REQUEST).split('.');
  const asText = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const unsigned = `${asText({ alg: 'none', typ: 'internal+jwt' })}.${payload}`;
  const own = `${header}.${asText({ ...claims, aud: 'api/two' })}`;
  const forged = [
    '',
    '.',
    'x',
    `${header}.${payload}`,
    `${header}.${payload}.`,
    `${header}.${payload}.${tag.slice(0, -2)}`,
    `${unsigned}.`,
    `${unsigned}.${tag}`,
    `${own}.${tag}`,
    `${own}.${createHmac('sha256', SECRET).update(own).digest('base64url')}`,
    createInternalTokens('another secret, of somebody else', clock).sign('one', REQUEST),
  ];
  for (const token of forged) assert.equal(tokens.verify(token, 'one', REQUEST), 'invalid', token);
});
