import type { ConsumerFailure } from '../../../platform/events/log.ts';
import type { ProgressStore, SavedProgress, Step, StepOutcome } from '../../../platform/events/page.ts';
import type { Database, Queryable } from '../database.ts';

type ProgressRow = {
  name: string;
  position: number;
  attempts: number;
  last_error: string | null;
  failing_since: Date | null;
  failed_position: number | null;
};

const COLUMNS = 'name, position, attempts, last_error, failing_since, failed_position';

const LOCK = {
  name: 'lock-event-consumer',
  text: 'select position from event_consumer where name = $1 for update skip locked',
};

const ADVANCE = {
  name: 'advance-event-consumer',
  text: `update event_consumer set position = $2, updated_at = now(), attempts = 0, last_error = null,
    failing_since = null, failed_position = null where name = $1`,
};

/**
 * Positions of durable consumers in `event_consumer`. The row's lock keeps a second process out for the
 * time of a batch; the position under the lock tells whether one was there in between.
 */
export function createEventProgress(database: Database): ProgressStore {
  return {
    async load(name) {
      await database.query('insert into event_consumer (name) values ($1) on conflict do nothing', [name]);
      const rows = await database.query<ProgressRow>(
        `select ${COLUMNS} from event_consumer where name = $1`,
        [name],
      );
      return toProgress(rows[0]!);
    },
    advance: (step) => database.transaction((tx) => advance(tx, step)),
    async recordFailure(name, failure) {
      await database.query(
        `update event_consumer set attempts = $2, last_error = $3, failing_since = $4, failed_position = $5
          where name = $1`,
        [name, failure.attempts, failure.error, new Date(failure.since), failure.position],
      );
    },
    async list() {
      const rows = await database.query<ProgressRow>(`select ${COLUMNS} from event_consumer order by name`);
      return rows.map(toProgress);
    },
  };
}

async function advance(tx: Queryable, step: Step): Promise<StepOutcome> {
  const [row] = await tx.query<{ position: number }>(LOCK, [step.name]);
  if (!row) return { kind: 'busy' };
  if (row.position !== step.savedPosition) return { kind: 'moved', position: row.position };
  await step.effect?.(tx);
  await tx.query(ADVANCE, [step.name, step.end]);
  return { kind: 'done' };
}

function toProgress(row: ProgressRow): SavedProgress {
  return { name: row.name, position: row.position, failure: toFailure(row) };
}

function toFailure(row: ProgressRow): ConsumerFailure | undefined {
  if (row.attempts === 0) return undefined;
  return {
    attempts: row.attempts,
    error: row.last_error ?? '',
    since: row.failing_since?.getTime() ?? 0,
    position: row.failed_position ?? row.position + 1,
  };
}
