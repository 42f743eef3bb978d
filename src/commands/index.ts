import { check } from './check.ts';
import { commits } from './commits.ts';
import { serve } from './serve.ts';
import { tokens } from './tokens.ts';

/** A command takes its words and gives the exit code; Faults become one line on standard error. */
export type Command = (words: readonly string[]) => Promise<number>;

export const commands: Readonly<Record<string, Command>> = { serve, check, tokens, commits };
