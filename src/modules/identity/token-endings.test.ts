import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../../kernel/clock.ts';
import { TokenEndings } from './token-endings.ts';

function create(maxEntries = 10) {
  const clock = createManualClock();
  return { clock, endings: new TokenEndings({ clock, keptMs: 1_000, maxEntries }) };
}

describe('token endings', () => {
  it('know the sessions that ended, for as long as a token could live', async () => {
    const { clock, endings } = create();
    endings.endSession({ sessionId: 'a', at: clock.now() });
    assert.equal(endings.hasSessionEnded('a'), true);
    assert.equal(endings.hasSessionEnded('b'), false);
    await clock.advance(1_000);
    assert.equal(endings.hasSessionEnded('a'), false);
  });

  it('know since when the tokens of an account count', () => {
    const { clock, endings } = create();
    const at = clock.now();
    endings.endAccountTokens({ accountId: 'a', at });
    assert.equal(endings.hasTokenEnded('a', at - 1), true);
    assert.equal(endings.hasTokenEnded('a', at), true);
    assert.equal(endings.hasTokenEnded('a', at + 1), false);
    assert.equal(endings.hasTokenEnded('b', at - 1), false);
  });

  it('are not taken back by an older report', () => {
    const { clock, endings } = create();
    const at = clock.now();
    endings.endAccountTokens({ accountId: 'a', at });
    endings.endAccountTokens({ accountId: 'a', at: at - 500 });
    assert.equal(endings.hasTokenEnded('a', at), true);
  });

  it('tell each ending once', () => {
    const { clock, endings } = create();
    const heard: string[] = [];
    endings.onEnding({
      sessionEnded: (id) => heard.push(`session ${id}`),
      accountTokensEnded: (id) => heard.push(`account ${id}`),
    });
    const at = clock.now();
    for (let i = 0; i < 2; i++) {
      endings.endSession({ sessionId: 'a', at });
      endings.endAccountTokens({ accountId: 'b', at });
    }
    endings.endAccountTokens({ accountId: 'b', at: at + 1 });
    assert.deepEqual(heard, ['session a', 'account b', 'account b']);
  });

  it('hold no more than their bound, and forget the oldest first', () => {
    const { clock, endings } = create(2);
    for (const sessionId of ['a', 'b', 'c']) endings.endSession({ sessionId, at: clock.now() });
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => endings.hasSessionEnded(id)),
      [false, true, true],
    );
  });
});
