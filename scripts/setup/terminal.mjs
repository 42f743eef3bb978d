const REDRAW_MS = 200;
const REPEAT_MS = 5_000;

/** Ends a script with one line for the person, who needs no stack trace. */
export class SetupFailure extends Error {}

/** Runs a script and turns its failure into that line on standard error. */
export async function reportFailure(run) {
  try {
    await run();
  } catch (error) {
    process.stderr.write(
      error instanceof SetupFailure ? `firstcome: ${error.message}\n` : `${error.stack}\n`,
    );
    process.exitCode = 1;
  }
}

/** One line about something that needs no waiting. */
export function say(text) {
  process.stderr.write(`firstcome: ${text}\n`);
}

/**
 * Shows what a long step is doing, on standard error alone: standard output belongs to the program that is set up. On a
 * terminal one line is drawn over; elsewhere a line is written every few seconds. `describe` gives the present text.
 *
 * @returns a function that ends the display, with a closing text if the step succeeded
 */
export function showProgress(describe) {
  const { stderr } = process;
  const startedAt = performance.now();
  const line = (text = describe()) =>
    `firstcome: ${text} (${Math.round((performance.now() - startedAt) / 1000)} s)`;
  stderr.write(stderr.isTTY ? line() : `firstcome: ${describe()}\n`);
  const timer = stderr.isTTY
    ? setInterval(() => stderr.write(`\r\x1b[K${line()}`), REDRAW_MS)
    : setInterval(() => stderr.write(`${line()}\n`), REPEAT_MS);
  return (closing) => {
    clearInterval(timer);
    if (stderr.isTTY) stderr.write('\r\x1b[K');
    if (closing !== undefined) stderr.write(`${line(closing)}\n`);
  };
}
