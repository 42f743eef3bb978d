import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCommandLine, UsageError } from './command-line.ts';

const read = (line: string) => readCommandLine(line.split(' ').filter(Boolean));

test('without words, and to who asks for help, the scenarios are listed', () => {
  for (const line of ['', '--help', 'holds -h']) assert.deepEqual(read(line), { do: 'list' });
});

test('options of a run are read', () => {
  const command = read(
    'holds --users 500 --strategy batch,optimistic --duration 2.5s --repeats 5 --json a --quick',
  );
  assert.equal(command.do, 'run');
  if (command.do !== 'run') return;
  const { users, strategy, durationMs, repeats, quick } = command.options;
  assert.deepEqual([users, strategy, durationMs, repeats, quick], [500, 'batch,optimistic', 2_500, 5, true]);
  assert.deepEqual([command.scenarios, command.json, command.html], [['holds'], 'a', undefined]);
});

test('what cannot be meant is said in a line', () => {
  for (const [line, message] of [
    ['holds --users 0', /--users/],
    ['holds --users many', /--users/],
    ['holds --duration 5h', /--duration/],
    ['holds --duration 1ms', /--duration/],
    ['holds --against example', /--against/],
    ['holds --what', /--what/],
    ['compare one', /two files/],
  ] as const)
    assert.throws(
      () => read(line),
      (error) => error instanceof UsageError && message.test(error.message),
      line,
    );
});
