import { randomInt } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { createManager } from '../app/manager-creation.ts';
import { Fault } from '../kernel/faults.ts';
import { runTool } from './tool.ts';
import { parseOperand } from './words.ts';

const NAME = 'accounts create-manager';
const OPTIONS = { name: { type: 'string' }, 'password-stdin': { type: 'boolean' } } as const;
/** Without those that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 99 bits. */
const PASSWORD_LENGTH = 20;
const [PASSWORD_MIN, PASSWORD_MAX] = [8, 128];

/**
 * `accounts create-manager EMAIL [--name NAME] [--password-stdin]`: an account with the role, or the role for the
 * account that there is. Prints the password where it made one.
 */
export function accountsCreateManager(words: readonly string[]): Promise<number> {
  const { operand: email, values } = parseOperand(NAME, words, OPTIONS, 'EMAIL');
  const { name = email.split('@', 1)[0] ?? '' } = values;
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
    throw new Fault('usage', `${NAME}: ${email} is no e-mail address.`);
  if (name.trim() === '' || name.length > 100)
    throw new Fault('usage', `${NAME}: --name must have 1 to 100 characters.`);
  return runTool(async ({ config, logger, output, signal }) => {
    const ownPassword = values['password-stdin'] === true;
    const password = ownPassword ? await readPassword() : makePassword();
    const made = await createManager(config, { email, name: name.trim(), password }, { logger, signal });
    const shown = made.isNew && !ownPassword ? { ...made, password } : made;
    await output.write(`${JSON.stringify(shown)}\n`);
    return 0;
  });
}

async function readPassword(): Promise<string> {
  const password = (await readAll(process.stdin)).replace(/\r?\n$/, '');
  if (password.length >= PASSWORD_MIN && password.length <= PASSWORD_MAX) return password;
  throw new Fault(
    'usage',
    `${NAME}: the password on standard input must have ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`,
  );
}

function makePassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
