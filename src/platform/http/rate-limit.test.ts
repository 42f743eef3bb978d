import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { addressKey, createRateLimiter } from './rate-limit.ts';

describe('createRateLimiter', () => {
  it('lets a burst through, then one for each interval', async () => {
    const clock = createManualClock();
    const limiter = createRateLimiter({ clock, perMinute: 60, burst: 3 });
    assert.deepEqual(
      [1, 2, 3, 4].map(() => limiter.take('a').ok),
      [true, true, true, false],
    );
    await clock.advance(999);
    assert.equal(limiter.take('a').ok, false);
    await clock.advance(1);
    assert.equal(limiter.take('a').ok, true);
    assert.equal(limiter.take('a').ok, false);
  });

  it('says when the next request will be allowed', async () => {
    const clock = createManualClock();
    const limiter = createRateLimiter({ clock, perMinute: 6, burst: 1 });
    limiter.take('a');
    await clock.advance(4_000);
    const refused = limiter.take('a');
    assert.deepEqual(refused, { ok: false, code: 'rate_limited', extra: { retryAfterMs: 6_000 } });
  });

  it('keeps keys apart and lets a refused request cost nothing', async () => {
    const clock = createManualClock();
    const limiter = createRateLimiter({ clock, perMinute: 60, burst: 1 });
    assert.equal(limiter.take('a').ok, true);
    for (let i = 0; i < 10; i++) assert.equal(limiter.take('a').ok, false);
    assert.equal(limiter.take('b').ok, true);
    await clock.advance(1_000);
    assert.equal(limiter.take('a').ok, true);
  });

  it('never lets more than burst plus rate through in any window', async () => {
    const clock = createManualClock();
    const limiter = createRateLimiter({ clock, perMinute: 600, burst: 5 });
    const taken: number[] = [];
    for (let step = 0; step < 400; step++) {
      await clock.advance((step * 37) % 90);
      while (limiter.take('a').ok) taken.push(clock.now());
    }
    for (const [index, start] of taken.entries()) {
      const inWindow = taken.slice(index).filter((at) => at < start + 1_000).length;
      assert.ok(inWindow <= 5 + 10, `${inWindow} within a second of ${start}`);
    }
  });

  it('does not count what is given back', () => {
    const limiter = createRateLimiter({ clock: createManualClock(), perMinute: 1, burst: 1 });
    for (let i = 0; i < 5; i++) {
      assert.equal(limiter.take('a').ok, true);
      limiter.giveBack('a');
    }
    limiter.giveBack('never seen');
    assert.equal(limiter.take('a').ok, true);
    assert.equal(limiter.take('a').ok, false);
  });

  it('remembers no more keys than its bound', () => {
    const limiter = createRateLimiter({ clock: createManualClock(), perMinute: 1, burst: 1, maxKeys: 2 });
    for (const key of ['a', 'b', 'c']) limiter.take(key);
    assert.equal(limiter.take('a').ok, true, 'forgotten, it starts afresh');
    assert.equal(limiter.take('c').ok, false);
  });
});

describe('addressKey', () => {
  it('takes an IPv4 address as it is, also inside of IPv6', () => {
    assert.equal(addressKey('192.0.2.7'), '192.0.2.7');
    assert.equal(addressKey('::ffff:192.0.2.7'), '192.0.2.7');
  });

  it('takes a network of 64 bits as one', () => {
    assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
    assert.equal(addressKey('2001:DB8:1:2::9'), '2001:db8:1:2::/64');
    assert.equal(addressKey('2001:db8::1'), '2001:db8:0:0::/64');
    assert.equal(addressKey('::1'), '0:0:0:0::/64');
    assert.equal(addressKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });

  it('takes all who have none, having gone, as one', () => {
    assert.equal(addressKey(undefined), 'gone');
  });
});
