import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Fault } from '../kernel/faults.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * The options of a command line.
 * @throws Fault `usage` in one line for the person who typed it
 */
export function parseWords<const O extends Options>(command: string, words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw asUsage(command, error);
  }
}

/**
 * The options of a command line, and the one thing that it is about.
 * @param name what that is, such as FILE
 * @throws Fault `usage` in one line for the person who typed it
 */
export function parseOperand<const O extends Options>(
  command: string,
  words: readonly string[],
  options: O,
  name: string,
) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      strict: true,
      allowPositionals: true,
    });
    const [operand, second] = positionals;
    if (operand !== undefined && second === undefined) return { operand, values };
  } catch (error) {
    throw asUsage(command, error);
  }
  throw new Fault('usage', `${command}: wants one ${name}, and options after it.`);
}

function asUsage(command: string, error: unknown): Fault {
  // Node adds advice on how to write positional arguments.
  const [message = ''] = (error as Error).message.split(/\.\s|\.$/, 1);
  return new Fault('usage', `${command}: ${message}.`, { cause: error });
}

/** A whole number within bounds. @throws Fault `usage` that says what is expected */
export function wholeNumber(
  name: string,
  text: string | undefined,
  bounds: { readonly min: number; readonly max: number },
): number {
  const value = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.min && value <= bounds.max) return value;
  throw new Fault(
    'usage',
    `${name} must be a whole number from ${bounds.min} to ${bounds.max}${text === undefined ? '' : `, not ${text}`}.`,
  );
}
