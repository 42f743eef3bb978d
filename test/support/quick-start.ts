import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';

const TIMEOUT_MS = 120_000;

/** The first block of shell lines of a page at the root of the repository. */
export async function quickStartOf(page: string): Promise<string> {
  const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8');
  const block = /^```bash\n(.*?)^```$/ms.exec(text)?.[1];
  if (block === undefined) throw new Error(`${page} has no block of bash`);
  return block;
}

/** What a shell does with it: lines without the remarks, which are in the language of the page. */
export function commandsOf(block: string): readonly string[] {
  return block.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
}

/** Says which of the programs that the quick start names are not on this machine. */
export function missingPrograms(): readonly string[] {
  return ['bash', 'curl'].filter((program) => spawnSync(program, ['--version']).error !== undefined);
}

/** Gives the lines to bash, as somebody who pastes them. @returns what was printed, line by line */
export async function runQuickStart(
  block: string,
  api: string,
): Promise<{ readonly lines: readonly string[]; readonly complaints: string }> {
  const child = spawn('bash', ['--noprofile', '--norc'], {
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
