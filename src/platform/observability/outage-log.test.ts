import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { DeadlineFault, Fault, UnavailableFault } from '../../kernel/faults.ts';
import { createOutageLog } from './outage-log.ts';

const away = () => new UnavailableFault('postgres', 'it does not answer');

function open() {
  const clock = createManualClock();
  const lines: string[] = [];
  const logger = {
    warn: ({ failures }: { failures?: number }, text: string) =>
      void lines.push(failures === undefined ? text : `${text} (${failures})`),
  };
  const log = createOutageLog({
    dependency: 'postgres',
    dependents: ['line'],
    name: 'PostgreSQL',
    logger,
    clock,
  });
  return { clock, lines, log };
}

test('an outage is a line when it goes, one when it is back, and a count every ten seconds', async () => {
  const { clock, lines, log } = open();
  for (let second = 0; second < 18; second++) {
    for (let i = 0; i < 8; i++) assert.equal(log.covers(away()), true);
    await clock.advance(1_000);
  }
  log.answered();
  log.answered();
  assert.deepEqual(lines, [
    'PostgreSQL is away',
    'PostgreSQL is still away (81)',
    'PostgreSQL is back (144)',
  ]);
  assert.equal(log.covers(away()), true);
  assert.equal(lines.length, 4, 'the next outage is told again');
});

test('it is not over while some calls still fail', async () => {
  const { clock, lines, log } = open();
  for (let i = 0; i < 50; i++) {
    log.covers(away());
    await clock.advance(100);
    log.answered();
  }
  assert.deepEqual(lines, ['PostgreSQL is away']);
  await clock.advance(1_000);
  log.answered();
  assert.deepEqual(lines, ['PostgreSQL is away', 'PostgreSQL is back (50)']);
});

test('it covers what an absent dependency causes, and nothing else', () => {
  const { lines, log } = open();
  assert.equal(log.covers(new DeadlineFault('late')), false);
  assert.equal(log.covers(new Error('a fault of ours')), false);
  assert.equal(log.covers(new UnavailableFault('kafka', 'away')), false);
  assert.equal(log.covers(new UnavailableFault('line', 'lost')), false);
  assert.equal(lines.length, 0);
  assert.equal(log.covers(new Fault('batch_failed', 'x', { cause: away() })), true);
  assert.equal(log.covers(new DeadlineFault('late')), true, 'while it is away');
  assert.equal(log.covers(new UnavailableFault('line', 'lost')), true, 'while it is away');
  assert.equal(log.covers(new Error('a fault of ours')), false);
});
