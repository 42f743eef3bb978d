import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../kernel/faults.ts';
import { createLogger } from './logger.ts';
import type { SerializedError } from './serialize-error.ts';

type Line = { [field: string]: unknown; err?: SerializedError };

function capture(format: 'json' | 'text' = 'json') {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', format, sink: { write: (line) => void lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Line };
}

test('a line is structured: time, level in words, message, fields', () => {
  const { logger, last } = capture();
  logger.info({ requestId: 'r1', code: 'seat_taken' }, 'refused');
  const line = last();
  assert.equal(line['level'], 'info');
  assert.equal(line['msg'], 'refused');
  assert.equal(line['requestId'], 'r1');
  assert.equal(line['code'], 'seat_taken');
  assert.match(line['time'] as string, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('no secret is written, wherever it stands in what is logged', () => {
  const { logger, lines } = capture();
  const secret = 'hunter2-very-secret';
  const headers = {
    authorization: `Bearer ${secret}`,
    cookie: secret,
    'room-pass': secret,
    'set-cookie': secret,
  };
  logger.info({ headers }, 'a');
  logger.info({ req: { headers } }, 'b');
  logger.info(headers, 'c');
  logger.info({ body: { password: secret, refreshToken: secret, code: secret } }, 'd');
  logger.info({ request: { body: { password: secret, code: secret } } }, 'e');
  logger.info({ password: secret, session: { accessToken: secret } }, 'f');
  logger.child({ pass: secret }).info({ entry: { pass: secret } }, 'g');
  assert.equal(lines.length, 7);
  assert.ok(!lines.join('').includes(secret), lines.join(''));
});

test('an error is written with its code, stack and causes, and without what a driver put on it', () => {
  const { logger, last, lines } = capture();
  const driverError = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ann@example.com) already exists.',
    parameters: ['s3cret'],
  });
  logger.error({ err: new Fault('postgres_23505', 'duplicate key', { cause: driverError }) }, 'failed');
  const { err } = last();
  assert.equal(err?.code, 'postgres_23505');
  assert.equal(err?.cause?.code, '23505');
  assert.match(err?.stack ?? '', /logger\.test/);
  assert.ok(!lines.join('').includes('ann@example.com'));
  assert.ok(!lines.join('').includes('s3cret'));
});

test('text format is for people: one line and the stack beneath it', () => {
  const { logger, lines } = capture('text');
  logger.warn({ err: new Error('away'), dependency: 'postgres' }, 'retrying');
  assert.match(
    lines[0] ?? '',
    /^\d\d:\d\d:\d\d\.\d{3} WARN {2}retrying dependency=postgres\n {4}Error: away\n/,
  );
});
