import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRefreshTokens } from './refresh-token.ts';

const tokens = createRefreshTokens(Buffer.alloc(32, 1));
const session = { id: '019b7a52-4c00-7abc-8def-0123456789ab', seed: Buffer.alloc(32, 2) };

describe('refresh tokens', () => {
  it('say which session and generation they are of, and that they are ours', () => {
    const parts = tokens.parse(tokens.of(session, 7));
    assert.equal(parts?.sessionId, session.id);
    assert.equal(parts.generation, 7);
    assert.equal(tokens.isGenuine(parts, session), true);
  });

  it('are the same each time they are computed, and another in each generation', () => {
    assert.equal(tokens.of(session, 7), tokens.of(session, 7));
    assert.notEqual(tokens.of(session, 7), tokens.of(session, 8));
  });

  it('cannot be made without the secret, or without the seed', () => {
    const otherSecret = createRefreshTokens(Buffer.alloc(32, 9)).of(session, 7);
    assert.equal(tokens.isGenuine(tokens.parse(otherSecret)!, session), false);
    const otherSeed = tokens.of({ ...session, seed: Buffer.alloc(32, 9) }, 7);
    assert.equal(tokens.isGenuine(tokens.parse(otherSeed)!, session), false);
  });

  it('are spoiled by any change', () => {
    const bytes = Buffer.from(tokens.of(session, 7), 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      const parts = tokens.parse(changed.toString('base64url'))!;
      assert.equal(tokens.isGenuine(parts, session), false, `byte ${index}`);
    }
  });

  it('are not made of anything else', () => {
    const good = tokens.of(session, 0);
    for (const text of ['', 'x', good.slice(1), `${good}A`, good.replace(/.$/, '!'), '한'.repeat(70)])
      assert.equal(tokens.parse(text), undefined, text);
  });
});
