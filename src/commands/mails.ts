import { lostMails } from '../app/database-commands.ts';
import { runTool } from './tool.ts';
import { parseWords } from './words.ts';

/** `mails`: those that nobody will get, a JSON line each. */
export function mails(words: readonly string[]): Promise<number> {
  parseWords('mails', words, {});
  return runTool(async ({ config, logger, output, signal }) => {
    for (const mail of await lostMails(config, { logger, signal }))
      await output.write(`${JSON.stringify(mail)}\n`);
    return 0;
  });
}
