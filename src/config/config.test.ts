import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { ConfigError, readConfig, settingTable } from './config.ts';
import { exportTarget } from './export-settings.ts';
import { describeSettings } from './settings-page.ts';

const PRODUCTION = {
  MODE: 'production',
  SECRET_KEY: 'a-secret-of-this-very-test-0123456789',
  ENROLMENT_CODE_SELLER: 'seller-code-of-this-test',
  ENROLMENT_CODE_MANAGER: 'manager-code-of-this-test',
  ENROLMENT_CODE_DRIVER: 'driver-code-of-this-test',
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('an empty environment gives the demo defaults', () => {
  const config = readConfig({});
  assert.equal(config.mode, 'demo');
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.dataDir, '.data');
});

test('every error is reported at once, with what was expected', () => {
  const problems = problemsOf({ PORT: '70000', MODE: 'test', DATABASE_URL: 'mysql://x' });
  assert.equal(problems.length, 3);
  assert.match(problems[0] ?? '', /^MODE must be one of demo, production/);
  assert.match(problems[1] ?? '', /^PORT must be a whole number from 0 to 65535; "70000" is not\.$/);
  assert.match(problems[2] ?? '', /^DATABASE_URL must be an address/);
});

test('an address that may hold a password is not repeated, and may name a Unix socket', () => {
  const [problem] = problemsOf({ DATABASE_URL: 'mysql://someone:hunter2@db.example/x' });
  assert.doesNotMatch(problem ?? '', /hunter2|someone/);
  const socket = 'postgresql://someone@/tickets?host=/run/postgresql';
  assert.equal(readConfig({ DATABASE_URL: socket }).databaseUrl, socket);
});

test('production starts with secrets of its own', () => {
  assert.equal(readConfig(PRODUCTION).mode, 'production');
});

test('production has no payment provider unless it is told one, and refuses the simulated one', () => {
  assert.equal(readConfig({}).paymentProvider, 'simulated');
  assert.equal(readConfig(PRODUCTION).paymentProvider, undefined);
  assert.deepEqual(problemsOf({ ...PRODUCTION, PAYMENT_PROVIDER: 'simulated' }), [
    'PAYMENT_PROVIDER simulated takes no money: it is refused in production.',
  ]);
});

test('Toss Payments needs a key, which no message repeats', () => {
  const toss = { ...PRODUCTION, PAYMENT_PROVIDER: 'toss' };
  assert.deepEqual(problemsOf(toss), ['TOSS_SECRET_KEY must be set where PAYMENT_PROVIDER is toss.']);
  assert.equal(readConfig({ ...toss, TOSS_SECRET_KEY: 'live_sk_1' }).paymentProvider, 'toss');
});

test('production refuses every public secret and the broken strategy', () => {
  const problems = problemsOf({
    MODE: 'production',
    HOLD_STRATEGY: 'broken',
    ENROLMENT_CODE_SELLER: 'demo-seller-code',
    ENROLMENT_CODE_MANAGER: 'demo-manager-code',
    ENROLMENT_CODE_DRIVER: 'demo-driver-code',
  });
  for (const name of [
    'SECRET_KEY',
    'ENROLMENT_CODE_SELLER',
    'ENROLMENT_CODE_MANAGER',
    'ENROLMENT_CODE_DRIVER',
    'HOLD_STRATEGY',
  ]) {
    assert.ok(
      problems.some((problem) => problem.startsWith(name)),
      `${name} is not refused`,
    );
  }
});

test('production does without codes: roles are then given by managers alone', () => {
  const { MODE, SECRET_KEY } = PRODUCTION;
  const { sellerCode, managerCode, driverCode } = readConfig({ MODE, SECRET_KEY });
  assert.deepEqual([sellerCode, managerCode, driverCode], [undefined, undefined, undefined]);
  assert.equal(readConfig({}).managerCode, 'demo-manager-code');
});

test('a code that can be guessed is refused in production, and one for two roles, without showing it', () => {
  const problems = problemsOf({
    ...PRODUCTION,
    ENROLMENT_CODE_SELLER: 'x',
    ENROLMENT_CODE_MANAGER: 'aaaabbbbccccdddd',
  });
  assert.deepEqual(problems, [
    'ENROLMENT_CODE_SELLER must have 12 characters or more.',
    'ENROLMENT_CODE_MANAGER must have 5 different characters or more.',
  ]);
  const [same, key] = problemsOf({
    ...PRODUCTION,
    ENROLMENT_CODE_MANAGER: PRODUCTION.ENROLMENT_CODE_SELLER,
    ENROLMENT_CODE_DRIVER: PRODUCTION.SECRET_KEY,
  });
  assert.match(same ?? '', /^ENROLMENT_CODE_MANAGER must not be that of ENROLMENT_CODE_SELLER/);
  assert.match(key ?? '', /^ENROLMENT_CODE_DRIVER must not be SECRET_KEY/);
});

test('a short secret key is refused in production without showing it', () => {
  const problems = problemsOf({ ...PRODUCTION, SECRET_KEY: 'short' });
  assert.deepEqual(problems, ['SECRET_KEY must have 32 characters or more.']);
});

test('a secret of few different characters is refused in production', () => {
  const problems = problemsOf({ ...PRODUCTION, SECRET_KEY: 'abc'.repeat(20) });
  assert.deepEqual(problems, ['SECRET_KEY must have 10 different characters or more.']);
});

test('a token for the metrics that could be guessed is refused', () => {
  assert.deepEqual(problemsOf({ METRICS_TOKEN: 'short' }), [
    'METRICS_TOKEN must have 16 characters or more.',
  ]);
  assert.deepEqual(problemsOf({ METRICS_TOKEN: 'a'.repeat(40) }), [
    'METRICS_TOKEN must have 8 different characters or more.',
  ]);
  assert.deepEqual(problemsOf({ METRICS_TOKEN: '9f86d081884c7d659a2f' }), []);
});

test('proxies are addresses, networks or the names of ranges, and anything else is refused at once', () => {
  for (const value of ['10.0.0.7', '10.0.0.0/8, fd00::/8', '::1', 'loopback,uniquelocal'])
    assert.deepEqual(problemsOf({ TRUST_PROXY: value }), [], value);
  for (const value of [
    'true',
    '1',
    'nginx',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::1/129',
    '10.0.0.7/',
    'a/b/c',
  ])
    assert.match(problemsOf({ TRUST_PROXY: value, PORT: 'x' }).join(' '), /PORT.*TRUST_PROXY must be/, value);
});

test('an export has a platform with a safe way to it, or a folder', () => {
  const to = (more: Record<string, string>) => problemsOf({ ...PRODUCTION, ...more });
  const [url, authorization] = ['http://platform.example/in', 'Bearer of-this-test'];
  assert.deepEqual(to({ EXPORT_TO: 'http' }), ['EXPORT_URL must be set where EXPORT_TO is http.']);
  assert.deepEqual(to({ EXPORT_TO: 'file', EXPORT_URL: url }), [
    'EXPORT_URL must not be set where EXPORT_TO is file.',
  ]);
  assert.deepEqual(to({ EXPORT_URL: url, EXPORT_AUTHORIZATION: authorization }), [
    'EXPORT_AUTHORIZATION would be sent as it is: EXPORT_URL must begin with https://.',
  ]);
  assert.deepEqual(to({ EXPORT_URL: 'http://127.0.0.1:9/in', EXPORT_AUTHORIZATION: authorization }), []);
  assert.deepEqual(to({ EXPORT_URL: url.replace('//', '//me:hunter2@') }), [
    'EXPORT_URL must not have a user or a password: set EXPORT_AUTHORIZATION.',
  ]);
  assert.deepEqual(to({ EXPORT_URL: url, EXPORT_SECRET: 'hunter2' }), [
    'EXPORT_SECRET must have 24 characters or more.',
  ]);
  assert.equal(to({ EXPORT_AUTHORIZATION: 'Bearer\nX: y' }).length, 1);
});

test('the export is on in the demonstration, and where there is a platform', () => {
  const targets = (environment: Record<string, string>) => {
    const config = readConfig(environment);
    return [exportTarget(config, true), exportTarget(config, false)];
  };
  assert.deepEqual(targets({}), ['file', 'off']);
  assert.deepEqual(targets(PRODUCTION), ['off', 'off']);
  assert.deepEqual(targets({ DATABASE_URL: 'postgres://somewhere/tickets' }), ['off', 'off']);
  assert.deepEqual(targets({ ...PRODUCTION, EXPORT_URL: 'https://platform.example/in' }), ['http', 'http']);
  assert.deepEqual(targets({ EXPORT_TO: 'off', EXPORT_URL: 'https://platform.example/in' }), ['off', 'off']);
});

test('docs/config.md lists every variable as the code knows it', () => {
  const path = new URL('../../docs/config.md', import.meta.url);
  const expected = `# Configuration\n\nPrinted from \`src/config/config.ts\`; times are in milliseconds.\n\n${describeSettings(settingTable)}\n`;
  if (process.env['UPDATE_DOCS']) writeFileSync(path, expected);
  assert.equal(
    readFileSync(path, 'utf8'),
    expected,
    'run the test with UPDATE_DOCS=1 to print the page again',
  );
});

test('an address whose password is not percent-encoded is refused, and one that is goes', () => {
  for (const password of ['a/b', 'a?b', 'a#b', '1/2', '1#2', 'a%zz'] as const) {
    const [problem] = problemsOf({ DATABASE_URL: `postgres://me:${password}@db.example/tickets` });
    assert.match(
      problem ?? '',
      /^DATABASE_URL must be an address whose user and password are percent-encoded/,
    );
    assert.doesNotMatch(problem ?? '', /db\.example/);
  }
  const encoded = 'postgres://me:a%2Fb%3F%23%25@db.example/tickets';
  assert.equal(readConfig({ DATABASE_URL: encoded }).databaseUrl, encoded);
});

test('RabbitMQ is named where the feed needs it, and no password goes in the clear in production', () => {
  const feed = { EVENT_FEED: 'rabbitmq' };
  assert.match(problemsOf(feed).join(), /AMQP_URL must name RabbitMQ where EVENT_FEED is rabbitmq/);
  const holds = problemsOf({ HOLD_STRATEGY: 'message', AMQP_HOLDS: 'other' }).join();
  assert.match(holds, /AMQP_URL must name RabbitMQ where HOLD_STRATEGY is message/);
  for (const HOLD_STRATEGY of ['redis-lock', 'redis-script', 'bulk'])
    assert.match(problemsOf({ HOLD_STRATEGY }).join(), /must name Redis where HOLD_STRATEGY is/);
  assert.match(holds, /AMQP_HOLDS must begin with firstcome/);
  const open = { ...feed, AMQP_URL: 'amqp://me:secret@one.example, amqps://me:secret@two.example/shows' };
  assert.deepEqual(problemsOf(open), []);
  assert.equal(readConfig(open).amqpUrl.length, 2);
  assert.match(problemsOf({ ...open, MODE: 'production' }).join(), /AMQP_URL sends the password as it is/);
  const near = { ...feed, AMQP_URL: 'amqp://me:secret@127.0.0.1', MODE: 'production' };
  assert.doesNotMatch(problemsOf(near).join(), /AMQP_URL/);
  for (const wrong of ['http://me:secret@one.example', 'amqp://me:se/cret@one.example']) {
    const problems = problemsOf({ ...feed, AMQP_URL: `amqp://right.example,${wrong}` }).join();
    assert.match(problems, /AMQP_URL must be an address/);
    assert.doesNotMatch(problems, /secret|one\.example/);
  }
  assert.match(problemsOf({ ...open, AMQP_STREAMS: 'events' }).join(), /AMQP_STREAMS must begin with/);
});

test('brokers are named where the feed needs them, and no password goes in the clear in production', () => {
  assert.deepEqual(problemsOf({ KAFKA_SASL: 'PLAIN' }), [], 'nothing is asked of who does not use it');
  assert.match(problemsOf({ EVENT_FEED: 'kafka' }).join(), /KAFKA_BROKERS must name brokers/);
  const wrong = {
    EVENT_FEED: 'kafka',
    KAFKA_BROKERS: 'one,two:9092',
    KAFKA_TOPIC: 'events',
    KAFKA_SASL: 'PLAIN',
  };
  assert.deepEqual(problemsOf(wrong), [
    'KAFKA_BROKERS must be host:port, not one.',
    'KAFKA_TOPIC must begin with firstcome. and have letters, digits, dots and dashes.',
    'KAFKA_SASL needs KAFKA_USERNAME and KAFKA_PASSWORD.',
  ]);
  const right = {
    ...wrong,
    KAFKA_BROKERS: 'two:9092',
    KAFKA_TOPIC: 'firstcome.a',
    KAFKA_USERNAME: 'u',
    KAFKA_PASSWORD: 'p',
  };
  assert.deepEqual(problemsOf(right), []);
  const production = problemsOf({ ...right, MODE: 'production' });
  assert.match(production.join(), /KAFKA_SASL PLAIN sends the password as it is/);
  assert.doesNotMatch(problemsOf({ ...right, MODE: 'production', KAFKA_TLS: 'on' }).join(), /PLAIN/);
});

test('Redis is one or a cluster, whose nodes may be bare, and no password goes in the clear in production', () => {
  assert.equal(
    readConfig({ REDIS_URL: 'redis://one.example:6379/2' }).redisUrl,
    'redis://one.example:6379/2',
  );
  assert.deepEqual(
    readConfig({ REDIS_CLUSTER: 'one:7000, rediss://me:secret@two:7001,127.0.0.1:7002' }).redisCluster,
    ['redis://one:7000', 'rediss://me:secret@two:7001', 'redis://127.0.0.1:7002'],
  );
  const both = problemsOf({ REDIS_URL: 'redis://one', REDIS_CLUSTER: 'one:7000' }).join();
  assert.match(both, /set one of them/);
  for (const wrong of ['one', 'http://one:1', 'redis://me:se/cret@one:1']) {
    const problems = problemsOf({ REDIS_CLUSTER: `two:7000,${wrong}` }).join();
    assert.match(problems, /REDIS_CLUSTER must be an address/, wrong);
    assert.doesNotMatch(problems, /cret/);
  }
  assert.match(problemsOf({ REDIS_PREFIX: 'a{b}' }).join(), /REDIS_PREFIX must have/);
  const open = { REDIS_CLUSTER: 'rediss://me:secret@one:1,redis://me:secret@two:1' };
  assert.deepEqual(problemsOf(open), []);
  assert.match(problemsOf({ ...open, MODE: 'production' }).join(), /sends the password as it is/);
});
