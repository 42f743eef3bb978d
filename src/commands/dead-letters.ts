import { withDeadLetters } from '../app/compose/dead-letters.ts';
import { Fault } from '../kernel/faults.ts';
import { isUuid } from '../kernel/ids.ts';
import { runTool, type Tool } from './tool.ts';
import { parseOperand, parseWords, wholeNumber } from './words.ts';

const CHOICE = {
  consumer: { type: 'string' },
  cause: { type: 'string' },
  id: { type: 'string', multiple: true },
} as const;

const RATE_MAX = 1_000;
const RATE_DEFAULT = '100';
const LISTED_MAX = 10_000;

/** `dead-letters list [--consumer NAME [--cause TEXT]]`: the groups, or the letters of a consumer; a JSON line each. */
export function deadLettersList(words: readonly string[]): Promise<number> {
  const { consumer, cause } = parseWords('dead-letters list', words, {
    consumer: CHOICE.consumer,
    cause: CHOICE.cause,
  });
  return runTool((tool) =>
    withDeadLetters(tool.config, tool, async ({ letters }) => {
      const before = Number.MAX_SAFE_INTEGER;
      const found =
        consumer === undefined
          ? await letters.groups()
          : await letters.list({ consumer, cause, before, limit: LISTED_MAX });
      for (const one of found) await print(tool, one);
      return 0;
    }),
  );
}

/** `dead-letters show ID`: a dead letter with its event, or how a redrive stands. */
export function deadLettersShow(words: readonly string[]): Promise<number> {
  const { operand: id } = parseOperand('dead-letters show', words, {}, 'ID');
  return runTool((tool) =>
    withDeadLetters(tool.config, tool, async ({ letters }) => {
      const found = isUuid(id) ? ((await letters.find(id)) ?? (await letters.findRedrive(id))) : undefined;
      if (!found) throw new Fault('dead_letter_not_found', `There is no dead letter and no redrive ${id}.`);
      await print(tool, found);
      return 0;
    }),
  );
}

/** `dead-letters redrive --consumer NAME …`: has the running system do it, and says how to follow it. */
export function deadLettersRedrive(words: readonly string[]): Promise<number> {
  const name = 'dead-letters redrive';
  const options = parseWords(name, words, {
    ...CHOICE,
    rate: { type: 'string' },
    'dry-run': { type: 'boolean' },
  });
  const selection = readSelection(name, options);
  const ratePerSecond = wholeNumber(`${name}: --rate`, options.rate ?? RATE_DEFAULT, {
    min: 1,
    max: RATE_MAX,
  });
  return runTool((tool) =>
    withDeadLetters(tool.config, tool, async ({ letters, ids, clock }) => {
      const isDryRun = options['dry-run'] === true;
      const result = await letters.redrive({
        id: ids.next(),
        selection,
        ratePerSecond,
        isDryRun,
        by: null,
        now: clock.now(),
      });
      if (!result.ok) throw gone();
      await print(tool, result.value);
      return 0;
    }),
  );
}

/** `dead-letters discard --consumer NAME … --reason TEXT`. */
export function deadLettersDiscard(words: readonly string[]): Promise<number> {
  const name = 'dead-letters discard';
  const options = parseWords(name, words, { ...CHOICE, reason: { type: 'string' } });
  const selection = readSelection(name, options);
  const { reason = '' } = options;
  if (reason.trim() === '' || reason.length > 500)
    throw new Fault('usage', `${name}: --reason must say why, in at most 500 characters.`);
  if (selection.cause === undefined && selection.ids === undefined)
    throw new Fault('usage', `${name}: wants --cause or --id: all of a consumer are not discarded at once.`);
  return runTool((tool) =>
    withDeadLetters(tool.config, tool, async ({ letters, ids, clock }) => {
      const result = await letters.discard({
        id: ids.next(),
        selection,
        reason,
        redriveId: ids.next(),
        ratePerSecond: Number(RATE_DEFAULT),
        by: null,
        now: clock.now(),
      });
      if (!result.ok) throw gone();
      await print(tool, result.value);
      return 0;
    }),
  );
}

function readSelection(
  name: string,
  { consumer, cause, id: ids }: { consumer?: string; cause?: string; id?: string[] },
) {
  if (consumer === undefined)
    throw new Fault('usage', `${name}: wants --consumer, as "dead-letters list" names it.`);
  const odd = ids?.find((id) => !isUuid(id));
  if (odd !== undefined) throw new Fault('usage', `${name}: --id must be that of a dead letter, not ${odd}.`);
  return { consumer, cause, ids };
}

function gone(): Fault {
  return new Fault('dead_letters_gone', 'None of these dead letters is parked, or a redrive is at them.');
}

async function print({ output }: Tool, value: object): Promise<void> {
  await output.write(`${JSON.stringify(value)}\n`);
}
