import { asksForHelp, commands, findCommand, helpOn } from './commands/index.ts';
import { ConfigError } from './config/config.ts';
import { Fault } from './kernel/faults.ts';

const USAGE = 2;

/** The process: picks the command, turns its failure into one line for a person and an exit code. */
async function main(words: readonly string[]): Promise<number> {
  if (asksForHelp(words)) {
    process.stdout.write(helpOn(commands, words));
    return 0;
  }
  const found = findCommand(commands, words);
  if (!found) {
    process.stderr.write(
      `firstcome: there is no command ${words[0]}; there are: ${Object.keys(commands).join(', ')}.\n`,
    );
    return USAGE;
  }
  try {
    return await found.command.run(found.rest);
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`firstcome: ${problem}\n`);
    return USAGE;
  }
  if (error instanceof Fault) {
    process.stderr.write(`firstcome: ${error.message}\n`);
    return error.code === 'usage' ? USAGE : 1;
  }
  process.stderr.write(
    `firstcome: unexpected failure\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
