import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';

const TIMEOUT_MS = 120_000;

/** The blocks of shell lines of a page at the root of the repository, one after the other. */
export async function quickStartOf(page: string): Promise<string> {
  const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8');
  const blocks = Array.from(text.matchAll(/^```bash\n(.*?)^```$/gms), ([, block = '']) => block);
  if (blocks.length === 0) throw new Error(`${page} has no block of bash`);
  return blocks.join('');
}

/** Shells by the arguments with which they take lines as if they were pasted, without anybody's settings. */
const SHELLS = { bash: ['--noprofile', '--norc'], zsh: ['-f', '-i'] } as const;
export type ShellName = keyof typeof SHELLS;

export function hasProgram(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** Gives the lines to a shell, as somebody who pastes them. @returns what was printed, line by line */
export async function runQuickStart(
  block: string,
  { api, shell }: { readonly api: string; readonly shell: ShellName },
): Promise<{ readonly lines: readonly string[]; readonly complaints: string }> {
  const child = spawn(shell, SHELLS[shell], {
    // The node of the lines is the one that runs the tests, which may not be on the path.
    env: { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter), API: api },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.err += part));
  child.stdin.end(block);
  await once(child, 'close');
  return { lines: text.out.trim().split('\n'), complaints: text.err };
}
