/** A command takes its words and gives the exit code; Faults become one line on standard error. */
export type Command = {
  /** What stands behind its name. */
  readonly usage: string;
  readonly summary: string;
  readonly run: (words: readonly string[]) => Promise<number>;
};

export type Commands = Readonly<Record<string, Command>>;

const HELP_FLAGS = new Set(['--help', '-h']);

/** Whether somebody wants to know how this is used, rather than to use it. */
export function asksForHelp(words: readonly string[]): boolean {
  return words.length === 0 || words[0] === 'help' || words.some((word) => HELP_FLAGS.has(word));
}

/** The command whose name these words begin with; names may have two words. */
export function findCommand(
  commands: Commands,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command) return { command, rest: words.slice(length) };
  }
  return undefined;
}

/** How the named command is used; without a name, or with an unknown one, which commands there are. */
export function helpOn(commands: Commands, words: readonly string[]): string {
  const wanted = words.filter((word) => word !== 'help' && !word.startsWith('-'));
  const named = Object.entries(commands).filter(([name]) =>
    name.split(' ').every((part, index) => wanted[index] === part || index >= wanted.length),
  );
  const shown = wanted.length > 0 && named.length > 0 ? named : Object.entries(commands);
  const lines = shown.flatMap(([name, { usage, summary }]) => [
    `  ${`${name} ${usage}`.trimEnd()}`,
    `      ${summary}`,
  ]);
  return [
    'Usage: npm run -s cli -- COMMAND …',
    '',
    ...lines,
    '',
    'Settings come from the environment: docs/config.md. "npm start" runs the system.',
    '',
  ].join('\n');
}
