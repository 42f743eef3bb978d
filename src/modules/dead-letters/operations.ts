import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import { ok, refuse } from '../../kernel/result.ts';
import { roles } from '../../platform/auth/access.ts';
import { ById } from '../../platform/http/schemas.ts';
import { accountOf, defineOperation, type OperationContext } from '../../platform/operations/operation.ts';
import { DiscardBody, RATE_DEFAULT, RedriveBody } from './contract.ts';
import type { DeadLetters } from './ports.ts';

export type DeadLetterOperationDeps = {
  readonly letters: Pick<DeadLetters, 'redrive' | 'discard' | 'stop' | 'findRedrive'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whether a consumer of this name can be redriven here. */
  readonly isKnown: (consumer: string) => boolean;
  /** A redrive waits to be carried out. */
  readonly onRedrive: () => void;
};

export type DeadLetterOperations = ReturnType<typeof deadLetterOperations>;

/** What managers decide about dead letters. */
export function deadLetterOperations({ letters, clock, ids, isKnown, onRedrive }: DeadLetterOperationDeps) {
  const common = { access: roles(['manager']), queueable: false, priority: 'normal' } as const;
  const asked = (context: OperationContext) => ({
    by: accountOf(context).accountId,
    now: clock.now(),
    trace: context.trace,
    saveTo: context.key && { ref: context.key },
  });
  return {
    redriveDeadLetters: defineOperation({
      ...common,
      operationId: 'redriveDeadLetters',
      input: RedriveBody,
      idempotent: true,
      problems: ['consumer_unknown', 'dead_letters_gone'],
      async run(context, { ratePerSecond = RATE_DEFAULT, dryRun = false, ...selection }) {
        if (!isKnown(selection.consumer)) return refuse('consumer_unknown');
        const id = ids.next();
        const begun = { id, selection, ratePerSecond, isDryRun: dryRun };
        const result = await letters.redrive({ ...asked(context), ...begun });
        if (result.ok) onRedrive();
        return result;
      },
      present: ({ id }) => ({ id }),
    }),
    discardDeadLetters: defineOperation({
      ...common,
      operationId: 'discardDeadLetters',
      input: DiscardBody,
      idempotent: true,
      problems: ['dead_letters_too_wide', 'dead_letters_gone'],
      async run(context, { reason, ...selection }) {
        if (selection.cause === undefined && selection.ids === undefined)
          return refuse('dead_letters_too_wide');
        const result = await letters.discard({
          ...asked(context),
          id: ids.next(),
          selection,
          reason,
          redriveId: ids.next(),
          ratePerSecond: RATE_DEFAULT,
        });
        if (result.ok && result.value.redriveId !== null) onRedrive();
        return result;
      },
      present: ({ discarded, redriveId }) => ({ discarded, redriveId }),
    }),
    stopRedrive: defineOperation({
      ...common,
      operationId: 'stopRedrive',
      input: ById,
      idempotent: true,
      problems: ['redrive_not_found', 'redrive_ended'],
      async run(_context, { id }) {
        if (await letters.stop(id)) return ok(undefined);
        return refuse((await letters.findRedrive(id)) ? 'redrive_ended' : 'redrive_not_found');
      },
      savesResult: () => false,
      present: () => null,
    }),
  };
}
