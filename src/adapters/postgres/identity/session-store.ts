import type { Role, SessionStore, SessionWithRoles } from '../../../modules/identity/index.ts';
import type { Database } from '../database.ts';

type SessionRow = {
  id: string;
  account_id: string;
  seed: Buffer;
  generation: number;
  created_at: Date;
  rotated_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  roles: Role[];
};

const CREATE = {
  name: 'create-session',
  text: `insert into session (id, account_id, seed, generation, created_at, rotated_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
};

// The lock waits for a change of the account's roles that is under way and then reads what it left; it
// stands in nobody's way else.
const FIND = {
  name: 'find-session',
  text: `select s.*, a.roles from session s join account a on a.id = s.account_id
    where s.id = $1 for key share of a`,
};

const ROTATE = {
  name: 'rotate-session',
  text: `update session set generation = generation + 1, rotated_at = $3, expires_at = $4
    where id = $1 and generation = $2 and revoked_at is null and expires_at > $3 returning id`,
};

const REVOKE = {
  name: 'revoke-session',
  text: 'update session set revoked_at = $2 where id = $1 and revoked_at is null',
};

const PRUNE_BATCH = 10_000;

export function createSessionStore(database: Database): SessionStore {
  return {
    async create(session) {
      await database.query(CREATE, [
        session.id,
        session.accountId,
        session.seed,
        session.generation,
        new Date(session.createdAt),
        new Date(session.rotatedAt),
        new Date(session.expiresAt),
      ]);
    },

    async find(id) {
      const [row] = await database.query<SessionRow>(FIND, [id]);
      return row && toSession(row);
    },

    async rotate({ id, generation, at, expiresAt }) {
      const values = [id, generation, new Date(at), new Date(expiresAt)];
      return (await database.query(ROTATE, values)).length === 1;
    },

    async revoke(id, at) {
      await database.query(REVOKE, [id, new Date(at)]);
    },

    async endingsSince(since, limit) {
      const rows = await database.query<{ id: string; revoked_at: Date }>(
        'select id, revoked_at from session where revoked_at >= $1 order by revoked_at desc limit $2',
        [new Date(since), limit],
      );
      return rows.map((row) => ({ sessionId: row.id, at: row.revoked_at.getTime() }));
    },

    async prune(expiredBefore, signal) {
      // In pieces, so that no statement holds many rows for long.
      const text = `delete from session where id in
        (select id from session where expires_at < $1 limit ${PRUNE_BATCH}) returning id`;
      let deleted: number;
      do {
        deleted = (await database.query(text, [new Date(expiredBefore)])).length;
      } while (deleted === PRUNE_BATCH && !signal?.aborted);
    },
  };
}

function toSession(row: SessionRow): SessionWithRoles {
  return {
    id: row.id,
    accountId: row.account_id,
    seed: row.seed,
    generation: row.generation,
    createdAt: row.created_at.getTime(),
    rotatedAt: row.rotated_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    ...(row.revoked_at ? { revokedAt: row.revoked_at.getTime() } : {}),
    roles: row.roles,
  };
}
