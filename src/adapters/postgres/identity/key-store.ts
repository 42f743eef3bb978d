import type { KeyStore, PublicJwk, StoredKey } from '../../../platform/auth/tokens/key-store.ts';
import type { Database } from '../database.ts';

type KeyRow = {
  kid: string;
  public_jwk: PublicJwk;
  private_sealed: Buffer;
  created_at: Date;
  signs_from: Date;
  signs_until: Date | null;
  verifies_until: Date | null;
};

/**
 * The key set, shared by all processes. `add` locks the table, of a handful of rows, against other adders
 * and not against readers: the comparison with the newest key and the insertion are one step.
 */
export function createKeyStore(database: Database): KeyStore {
  return {
    async load() {
      const rows = await database.query<KeyRow>('select * from signing_key order by signs_from');
      return rows.map(toKey);
    },

    add: (key, after, retirement) =>
      database.transaction(async (tx) => {
        await tx.query('lock table signing_key in share row exclusive mode');
        const [newest] = await tx.query<{ kid: string }>(
          'select kid from signing_key order by signs_from desc limit 1',
        );
        if (newest?.kid !== after) return false;
        await tx.query('update signing_key set signs_until = $2, verifies_until = $3 where kid = $1', [
          after ?? '',
          new Date(retirement.signsUntil),
          new Date(retirement.verifiesUntil),
        ]);
        await tx.query(
          `insert into signing_key (kid, algorithm, public_jwk, private_sealed, created_at, signs_from)
           values ($1, 'ES256', $2, $3, $4, $5)`,
          [
            key.kid,
            JSON.stringify(key.publicJwk),
            key.privateSealed,
            new Date(key.createdAt),
            new Date(key.signsFrom),
          ],
        );
        return true;
      }),

    async prune(now) {
      await database.query('delete from signing_key where verifies_until <= $1', [new Date(now)]);
    },
  };
}

function toKey(row: KeyRow): StoredKey {
  return {
    kid: row.kid,
    publicJwk: row.public_jwk,
    privateSealed: row.private_sealed,
    createdAt: row.created_at.getTime(),
    signsFrom: row.signs_from.getTime(),
    ...(row.signs_until ? { signsUntil: row.signs_until.getTime() } : {}),
    ...(row.verifies_until ? { verifiesUntil: row.verifies_until.getTime() } : {}),
  };
}
