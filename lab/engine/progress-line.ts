import type { Progress } from '../load/recorder.ts';

export type ProgressLine = {
  /** What is being done now. */
  say(text: string): void;
  /** A load under way: how far, from 0 to 1, and its figures. */
  load(name: string, share: number, progress: Progress): void;
  /** A line that stays. */
  keep(text: string): void;
};

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'write' | 'columns'>;

const BAR = 24;

/** On a terminal one line that changes, elsewhere only the lines that stay. */
export function createProgressLine(output: Output = process.stderr): ProgressLine {
  let last = { atMs: 0, answered: 0, perSecond: 0 };
  const show = (text: string) => {
    if (output.isTTY) output.write(`\r\x1b[K${text.slice(0, (output.columns || 80) - 1)}`);
  };
  return {
    say: show,
    load(name, share, progress) {
      const now = performance.now();
      // A new load counts from nothing again.
      if (progress.answered < last.answered) last = { atMs: now, answered: 0, perSecond: 0 };
      if (now - last.atMs >= 500) {
        const perSecond = ((progress.answered - last.answered) * 1_000) / (now - last.atMs);
        last = { atMs: now, answered: progress.answered, perSecond };
      }
      const full = Math.round(Math.min(1, Math.max(0, share)) * BAR);
      const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
      const errors = progress.errors > 0 ? `  ${progress.errors} errors` : '';
      show(`${bar} ${name}  ${last.perSecond.toFixed(0)}/s  ${progress.won} won${errors}`);
    },
    keep(text) {
      output.write(output.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
    },
  };
}
