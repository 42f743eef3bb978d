import type { AuditLog, AuditRecord } from '../../../modules/monitoring/index.ts';
import type { Database } from '../database.ts';

type Row = {
  readonly position: number;
  readonly type: AuditRecord['action'];
  readonly key: string;
  readonly occurred_at: Date;
  readonly data: Readonly<Record<string, unknown>>;
};

// The condition is that of the index event_audit, so that the table is not walked.
const LIST = {
  name: 'list-audit',
  text: `select position, type, key, occurred_at, data from event
    where type in ('roles.changed', 'room.changed', 'points.credited', 'check-in.undone', 'performance.cancelled',
    'performance.postponed', 'dead-letters.redriven', 'dead-letters.discarded') and position < $1
    order by position desc limit $2`,
};

/** What is on record of those who run the system: their events, which are saved with what they did. */
export function createAuditLog(database: Pick<Database, 'query'>): AuditLog {
  return {
    async list({ before, limit }) {
      const rows = await database.query<Row>(LIST, [before, limit]);
      return rows.map(({ position, type, key, occurred_at, data }) => ({
        position,
        action: type,
        key,
        at: occurred_at.getTime(),
        data,
      }));
    },
  };
}
