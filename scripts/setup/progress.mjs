const REDRAW_MS = 200;
const REPEAT_MS = 5_000;

/**
 * Shows what a long step is doing, on standard error alone: standard output belongs to the program that is set up. On a
 * terminal one line is drawn over; elsewhere a line is written every few seconds. `describe` gives the present text.
 *
 * @returns a function that ends the display, with a closing text if the step succeeded
 */
export function showProgress(describe) {
  const { stderr } = process;
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const line = () => `firstcome: ${describe()} (${seconds()} s)`;
  let timer;
  if (stderr.isTTY) {
    timer = setInterval(() => stderr.write(`\r\x1b[K${line()}`), REDRAW_MS);
    stderr.write(line());
  } else {
    stderr.write(`firstcome: ${describe()}\n`);
    timer = setInterval(() => stderr.write(`${line()}\n`), REPEAT_MS);
  }
  return (closing) => {
    clearInterval(timer);
    if (stderr.isTTY) stderr.write('\r\x1b[K');
    if (closing !== undefined) stderr.write(`firstcome: ${closing} (${seconds()} s)\n`);
  };
}

/** One line about something that needs no waiting. */
export function say(text) {
  process.stderr.write(`firstcome: ${text}\n`);
}
