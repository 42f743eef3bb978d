import type { Gate, GateStore } from '../../../modules/tickets/index.ts';
import { resultRecord } from '../../../platform/idempotency/ports.ts';
import type { Database } from '../database.ts';
import { saveResults } from '../idempotency/idempotency-store.ts';

type GateRow = {
  id: string;
  performance_id: string;
  name: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
};

const SELECT = 'select id, performance_id, name, created_at, expires_at, revoked_at from gate';

/** Gates in PostgreSQL; of their passes only a hash is there. */
export function createGateStore(database: Database): GateStore {
  return {
    create(gate, max, saveTo) {
      const values = [
        gate.id,
        gate.performanceId,
        gate.name,
        gate.passHash,
        gate.createdBy,
        new Date(gate.createdAt),
        new Date(gate.expiresAt),
        max,
      ];
      return database.transaction(async (tx) => {
        const created = await tx.query(CREATE, values);
        if (created.length > 0 && saveTo) await saveResults(tx, [resultRecord(saveTo)]);
        return created.length > 0;
      });
    },
    async find(id) {
      const [row] = await database.query<GateRow>(FIND, [id]);
      return row && toGate(row);
    },
    async findByPass(passHash) {
      const [row] = await database.query<GateRow>(FIND_BY_PASS, [passHash]);
      return row && toGate(row);
    },
    async list(performanceId, page) {
      const values = [performanceId, page.before ?? null, page.limit + 1];
      return (await database.query<GateRow>(LIST, values)).map(toGate);
    },
    async revoke(id, now) {
      await database.query(REVOKE, [id, new Date(now)]);
    },
  };
}

function toGate(row: GateRow): Gate {
  return {
    id: row.id,
    performanceId: row.performance_id,
    name: row.name,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    revokedAt: row.revoked_at?.getTime() ?? null,
  };
}

const CREATE = {
  name: 'gate_create',
  text: `insert into gate (id, performance_id, name, pass_hash, created_by, created_at, expires_at)
    select $1::uuid, $2::uuid, $3, $4, $5, $6, $7
    where (select count(*) from gate where performance_id = $2 and revoked_at is null and expires_at > $6) < $8
    returning id`,
};

const FIND = { name: 'gate_find', text: `${SELECT} where id = $1` };

const FIND_BY_PASS = { name: 'gate_find_by_pass', text: `${SELECT} where pass_hash = $1` };

const LIST = {
  name: 'gate_list',
  text: `${SELECT} where performance_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
};

const REVOKE = {
  name: 'gate_revoke',
  text: 'update gate set revoked_at = $2 where id = $1 and revoked_at is null',
};
