import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, systemRandom } from '../../../kernel/random.ts';
import { openPrivateKey, sealPrivateKey } from './sealed-key.ts';

const SECRET = 'a secret of the environment, long enough';
const pkcs8 = Buffer.from('not really a key, but sealed like one');
const wrongSecret = { code: 'signing_key_sealed', message: /SECRET_KEY/ };

describe('sealed keys', () => {
  it('open with the secret that sealed them', async () => {
    const sealed = await sealPrivateKey(pkcs8, 'kid', { secretKey: SECRET, random: systemRandom });
    assert.deepEqual(await openPrivateKey(sealed, 'kid', SECRET), pkcs8);
  });

  it('do not show what they hold', async () => {
    const sealed = await sealPrivateKey(pkcs8, 'kid', { secretKey: SECRET, random: systemRandom });
    assert.equal(sealed.includes('really'), false);
  });

  it('do not open with another secret, and say what to do', async () => {
    const sealed = await sealPrivateKey(pkcs8, 'kid', { secretKey: SECRET, random: systemRandom });
    await assert.rejects(openPrivateKey(sealed, 'kid', 'another secret'), wrongSecret);
  });

  it('do not open under the id of another key', async () => {
    const sealed = await sealPrivateKey(pkcs8, 'kid', { secretKey: SECRET, random: systemRandom });
    await assert.rejects(openPrivateKey(sealed, 'other', SECRET), wrongSecret);
  });

  it('do not open when any byte was changed, or some are missing', async () => {
    const sealed = await sealPrivateKey(pkcs8, 'kid', { secretKey: SECRET, random: createSeededRandom(1) });
    for (const index of [0, 1, 17, 29, 45, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      await assert.rejects(openPrivateKey(changed, 'kid', SECRET), wrongSecret, `byte ${index}`);
    }
    await assert.rejects(openPrivateKey(sealed.subarray(0, 45), 'kid', SECRET), wrongSecret);
    await assert.rejects(openPrivateKey(Buffer.alloc(0), 'kid', SECRET), wrongSecret);
  });
});
