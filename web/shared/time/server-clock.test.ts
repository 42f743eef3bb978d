import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ServerClock } from './server-clock.ts';

/** Answers of a server whose clock is `offset` ms ahead, each 20 ms under way in both directions. */
function ask(clock: ServerClock, offset: number, sentAt: number): void {
  const date = new Date(sentAt + 20 + offset).toUTCString();
  clock.observe(new Headers({ date }), sentAt, sentAt + 40);
}

describe('the server’s clock', () => {
  test('is this machine’s before the first answer', () => {
    assert.equal(new ServerClock(() => 5_000).now(), 5_000);
  });

  test('is known to a few dozen ms after some answers, whole seconds as they count', () => {
    for (const offset of [0, 137, -90_000, 3_600_250]) {
      const clock = new ServerClock(() => 1_000_000);
      for (let i = 0; i < 40; i++) ask(clock, offset, 1_000_000 + i * 1_037);
      assert.ok(Math.abs(clock.now() - 1_000_000 - offset) <= 60, `${offset}: ${clock.now()}`);
    }
  });

  test('follows when a clock is set', () => {
    const clock = new ServerClock(() => 0);
    for (let i = 0; i < 20; i++) ask(clock, 0, i * 1_037);
    ask(clock, 60_000, 30_000);
    assert.ok(Math.abs(clock.now() - 60_000) <= 1_040);
  });

  test('learns nothing from an answer that a cache may have kept', () => {
    const clock = new ServerClock(() => 7);
    const headers = { date: new Date(0).toUTCString(), 'cache-control': 'public, immutable' };
    clock.observe(new Headers(headers), 1e9, 1e9);
    assert.equal(clock.now(), 7);
  });
});
