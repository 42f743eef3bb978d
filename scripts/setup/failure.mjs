/** Ends the set-up with one line for the person, who needs no stack trace. */
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
