import type { FastifyBaseLogger } from 'fastify';
import { createDeadLetters } from '../../adapters/postgres/events/dead-letters.ts';
import { createParkedEvents } from '../../adapters/postgres/events/parked-events.ts';
import { createRedriveWork } from '../../adapters/postgres/events/redrive-work.ts';
import type { Config } from '../../config/config.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { createIds, type Ids } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import {
  createDeadLetterModule,
  type DeadLetterModule,
  type DeadLetters,
  type RedriveTarget,
} from '../../modules/dead-letters/index.ts';
import { measureDeadLetters } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';
import { openStorage } from '../storage.ts';

export type DeadLetterTool = {
  readonly letters: DeadLetters;
  readonly ids: Ids;
  readonly clock: Clock;
};

/**
 * For commands, beside the system or without it: redrives that they begin are carried out by a system that runs.
 * @throws Fault when the database cannot be had
 */
export async function withDeadLetters<T>(
  config: Config,
  { logger, signal }: { readonly logger: FastifyBaseLogger; readonly signal: AbortSignal },
  work: (tool: DeadLetterTool) => Promise<T>,
): Promise<T> {
  const storage = await openStorage({ config, role: 'tool', logger, signal });
  try {
    const letters = createDeadLetters(storage.database, { committed: () => undefined });
    return await work({ letters, ids: createIds(systemClock, systemRandom), clock: systemClock });
  } finally {
    await storage.close();
  }
}

export function composeDeadLetters(base: Foundation, targets: readonly RedriveTarget[]): DeadLetterModule {
  const { database, hint, metrics, logger } = base;
  const letters = createDeadLetters(database, hint);
  const measured = measureDeadLetters(metrics, letters);
  return createDeadLetterModule({
    ...base,
    letters,
    targets,
    work: createRedriveWork(database, createParkedEvents(database), hint),
    onError: base.complain('redrive of dead letters'),
    onTried: measured.onTried,
    onEnded(redrive, how) {
      measured.onEnded(redrive.isDryRun, how);
      if (!redrive.isDryRun)
        logger.info({ redrive: redrive.id, consumer: redrive.consumer, how }, 'a redrive has ended');
    },
  });
}
