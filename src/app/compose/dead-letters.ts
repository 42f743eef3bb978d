import { createDeadLetters } from '../../adapters/postgres/events/dead-letters.ts';
import { createParkedEvents } from '../../adapters/postgres/events/parked-events.ts';
import { createRedriveWork } from '../../adapters/postgres/events/redrive-work.ts';
import {
  createDeadLetterModule,
  type DeadLetterModule,
  type RedriveTarget,
} from '../../modules/dead-letters/index.ts';
import { measureDeadLetters } from '../app-metrics.ts';
import type { Foundation } from '../foundation.ts';

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
