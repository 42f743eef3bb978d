import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../kernel/clock.ts';
import { Fault } from '../kernel/faults.ts';
import { createIds } from '../kernel/ids.ts';
import { createSeededRandom } from '../kernel/random.ts';
import { ok } from '../kernel/result.ts';
import type { TokenRequest } from '../platform/auth/tokens/token.ts';
import { type IssueTokensDeps, issueTokens } from './issue-tokens.ts';
import { readTokenOptions } from './tokens.ts';

const ROOM = '0198c0de-0000-7000-8000-000000000001';

function createScene(change: Partial<IssueTokensDeps> = {}) {
  const clock = createManualClock();
  const saved: string[] = [];
  const signed: TokenRequest[] = [];
  const lines: string[] = [];
  const deps: IssueTokensDeps = {
    mode: 'demo',
    clock,
    ids: createIds(clock, createSeededRandom(1)),
    accounts: {
      create(people) {
        saved.push(...people.map((person) => person.id));
        return Promise.resolve(
          people.map((person) => ok({ ...person, language: 'ko', emailConfirmedAt: null })),
        );
      },
    },
    sessions: {
      issueLoadToken({ id }) {
        assert.ok(saved.includes(id), 'a token was made for somebody who is not saved');
        return Promise.resolve({ accessToken: `access ${id}`, expiresAt: 0 });
      },
    },
    signer: {
      sign(request) {
        signed.push(request);
        return Promise.resolve({ token: `pass ${request.subject}`, tokenId: '', issuedAt: 0, expiresAt: 0 });
      },
    },
    performanceExists: (id) => Promise.resolve(id === ROOM),
    ...change,
  };
  const write = (text: string) => {
    lines.push(...text.trimEnd().split('\n'));
    return Promise.resolve(true);
  };
  return { deps, saved, signed, lines, write };
}

test('writes a line for each person, saved before it is written', async () => {
  const { deps, saved, lines, write, signed } = createScene();
  assert.equal(await issueTokens(deps, { count: 2_345 }, write), 2_345);
  assert.equal(lines.length, 2_345);
  const people = lines.map((line) => JSON.parse(line) as Record<string, string>);
  assert.deepEqual(new Set(people.map((person) => person['accountId'])), new Set(saved));
  assert.deepEqual(people[7], { accountId: saved[7], accessToken: `access ${saved[7]}` });
  assert.equal(signed.length, 0);
});

test('a pass names its room and that it was not earned in the line', async () => {
  const { deps, saved, lines, write, signed } = createScene();
  await issueTokens(deps, { count: 1, passesFor: ROOM }, write);
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    accountId: saved[0],
    accessToken: `access ${saved[0]}`,
    pass: `pass ${saved[0]}`,
  });
  assert.equal(signed[0]?.audience, 'pass');
  assert.deepEqual(signed[0]?.claims, { room: ROOM, direct: true });
});

test('no more than two chunks of people are under way, however many were asked for', async () => {
  const { deps, saved, lines } = createScene();
  let ahead = 0;
  await issueTokens(deps, { count: 5_000 }, async (text) => {
    await new Promise((resolve) => setImmediate(resolve));
    lines.push(...text.trimEnd().split('\n'));
    ahead = Math.max(ahead, saved.length - lines.length);
    return true;
  });
  assert.equal(lines.length, 5_000);
  assert.ok(ahead <= 2_000, `${ahead} people were saved and not written`);
});

test('ends when nobody reads any more', async () => {
  const { deps, saved } = createScene();
  const written = await issueTokens(deps, { count: 1_000_000 }, () => Promise.resolve(false));
  assert.equal(written, 1_000);
  assert.equal(saved.length, 2_000);
});

test('is refused in production and for a performance that is not there, before anybody is made', async () => {
  for (const [change, options, code] of [
    [{ mode: 'production' as const }, { count: 1 }, 'demo_only'],
    [{}, { count: 1, passesFor: ROOM.replace(/1$/, '2') }, 'performance_not_found'],
  ] as const) {
    const { deps, saved, write } = createScene(change);
    await assert.rejects(
      issueTokens(deps, options, write),
      (error) => error instanceof Fault && error.code === code,
    );
    assert.equal(saved.length, 0);
  }
});

test('a failure to save ends it, and what was saved before is written', async () => {
  const { deps, lines, write } = createScene();
  let chunks = 0;
  const failing: IssueTokensDeps = {
    ...deps,
    accounts: {
      create: (people) =>
        ++chunks === 2 ? Promise.reject(new Error('disk full')) : deps.accounts.create(people),
    },
  };
  await assert.rejects(issueTokens(failing, { count: 5_000 }, write), /disk full/);
  assert.equal(lines.length, 1_000);
});

test('the options of the command are read, and what is wrong with them is said in one line', () => {
  assert.deepEqual(readTokenOptions(['--count', '5']), { count: 5 });
  assert.deepEqual(readTokenOptions(['--count=5', '--performance', ROOM]), { count: 5 });
  assert.deepEqual(readTokenOptions(['--passes', '--count', '5', '--performance', ROOM]), {
    count: 5,
    passesFor: ROOM,
  });
  for (const [line, message] of [
    ['', /--count must be a whole number/],
    ['--count 0', /from 1 to/],
    ['--count 1e3', /not 1e3/],
    ['--count -1', /count/],
    ['--count 99999999999999999999', /from 1 to/],
    ['--count 5 --passes', /needs --performance/],
    ['--count 5 --performance x', /not x/],
    ['--count 5 --what', /--what/],
    ['5', /5/],
  ] as const) {
    assert.throws(
      () => readTokenOptions(line.split(' ').filter(Boolean)),
      (error) =>
        error instanceof Fault &&
        error.code === 'usage' &&
        message.test(error.message) &&
        !error.message.includes('\n'),
      line,
    );
  }
});

test('people stand in a line in the order in which they are written, spread evenly over its length', async () => {
  const joined: string[] = [];
  const join = (performanceId: string, accountIds: readonly string[]) => {
    assert.equal(performanceId, ROOM);
    joined.push(...accountIds);
    return Promise.resolve();
  };
  const { deps, saved, write } = createScene({ join });
  await issueTokens(deps, { count: 1_500, line: { performanceId: ROOM, length: 4_000 } }, write);
  assert.equal(joined.length, 4_000);
  assert.equal(new Set(joined).size, 4_000);
  const places = saved.map((id) => joined.indexOf(id));
  assert.deepEqual(
    places,
    saved.map((_, no) => Math.floor((no * 4_000) / 1_500)),
  );
});

test('a line needs a performance, and room for those who are written', () => {
  const words = ['--count', '3', '--line', '10'];
  assert.throws(() => readTokenOptions(words), /--line needs --performance/);
  assert.deepEqual(readTokenOptions([...words, '--performance', ROOM]), {
    count: 3,
    line: { performanceId: ROOM, length: 10 },
  });
  assert.throws(
    () => readTokenOptions(['--count', '3', '--line', '2', '--performance', ROOM]),
    /--line must be a whole number from 3/,
  );
});
