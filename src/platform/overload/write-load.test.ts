import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { WriteLoad } from './write-load.ts';

const onError = (error: unknown) => {
  throw error;
};

describe('the load of writes', () => {
  it('has room up to the threshold, and is calm again only after two seconds well below it', async () => {
    const clock = createManualClock();
    const load = new WriteLoad({ clock, kind: 'fixed', threshold: 10, onError });
    for (let index = 0; index < 10; index++) {
      assert.equal(load.room(), 10 - index);
      load.enter();
    }
    assert.equal(load.room(), 0);
    await clock.advance(5_000);
    assert.equal(load.isCalm(), false, 'full all the time');
    for (let index = 0; index < 2; index++) load.leave();
    await clock.advance(5_000);
    assert.equal(load.isCalm(), false, 'eight of ten is not well below');
    load.leave();
    await clock.advance(1_999);
    assert.equal(load.isCalm(), false);
    await clock.advance(1);
    assert.equal(load.isCalm(), true);
    load.enter();
    assert.equal(load.isCalm(), false, 'full again in between');
  });

  it('adapts once a second while it runs, as the windows say', async () => {
    const clock = createManualClock();
    const load = new WriteLoad({ clock, kind: 'adaptive', threshold: 100, limitMin: 20, onError });
    await load.lifecycle.start();
    assert.ok(load.limit >= 110, String(load.limit));
    // More under way answers nothing more: ten a second, whatever the limit.
    for (let second = 0; second < 300; second++) {
      while (load.room() > 0) load.enter();
      for (let index = 0; index < 10; index++) {
        load.leave();
        load.enter();
      }
      await clock.advance(1_000);
      while (load.underWay > load.limit) load.leave();
    }
    assert.ok(load.limit < 60, String(load.limit));
    await load.lifecycle.stop();
  });
});
