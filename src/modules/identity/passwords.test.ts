import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OverloadedFault } from '../../kernel/faults.ts';
import { systemRandom } from '../../kernel/random.ts';
import { createPasswords } from './passwords.ts';

/** So weak that the tests are quick. */
const weak = { random: systemRandom, memoryKib: 8, passes: 1 };

describe('passwords', () => {
  it('are kept as argon2id with the parameters that OWASP names', async () => {
    const phc = await createPasswords({ random: systemRandom }).hash('correct horse');
    assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
  });

  it('verify hashes of the reference implementation', async () => {
    // phc-winner-argon2, src/test.c: version 0x13, "password", "somesalt".
    const known = [
      '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ];
    for (const phc of known) assert.equal(await createPasswords(weak).verify('password', phc), true);
  });

  it('verify when they are right, and only then', async () => {
    const passwords = createPasswords(weak);
    const phc = await passwords.hash('correct horse');
    assert.equal(await passwords.verify('correct horse', phc), true);
    assert.equal(await passwords.verify('Correct horse', phc), false);
    assert.equal(await passwords.verify('', phc), false);
  });

  it('have a salt of their own', async () => {
    const passwords = createPasswords(weak);
    assert.notEqual(await passwords.hash('same'), await passwords.hash('same'));
  });

  it('are one however their characters are composed', async () => {
    const passwords = createPasswords(weak);
    const phc = await passwords.hash('비밀번호-é'.normalize('NFD'));
    assert.equal(await passwords.verify('비밀번호-é'.normalize('NFC'), phc), true);
  });

  it('verify against nothing, with the same work, as wrong', async () => {
    assert.equal(await createPasswords(weak).verify('anything', undefined), false);
  });

  it('are hashed again when the parameters grew, and verify in between', async () => {
    const phc = await createPasswords(weak).hash('correct horse');
    const stronger = createPasswords({ ...weak, memoryKib: 16 });
    assert.equal(await stronger.verify('correct horse', phc), true);
    assert.equal(stronger.needsRehash(phc), true);
    assert.equal(stronger.needsRehash(await stronger.hash('correct horse')), false);
  });

  it('are refused when too many wait, and accepted again afterwards', async () => {
    const passwords = createPasswords({ ...weak, maxRunning: 1, maxWaiting: 2 });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => passwords.hash(text)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
    );
    assert.ok(results[3]?.status === 'rejected' && results[3].reason instanceof OverloadedFault);
    assert.match(await passwords.hash('e'), /^\$argon2id/);
  });

  it('do not verify against what is no hash', async () => {
    const passwords = createPasswords(weak);
    for (const phc of ['', 'plain', '$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA', '$2b$10$abc'])
      await assert.rejects(passwords.verify('x', phc), /PHC/);
  });
});
