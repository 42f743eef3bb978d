/** How long a test and a file of tests may take: a hang ends with its name instead of the whole run's time. */
const DEFAULT_LIMITS = { testMs: 120_000, fileMs: 300_000 };
const LONG_LIMITS = { testMs: 1_200_000, fileMs: 1_500_000 };
const LONG = /^test\/(?:long|services|browser\/long)\//;

/** Options for node's test runner. A test that says its own time-out has that one. */
export function timeLimits(files) {
  return limitOptions(files.some((file) => LONG.test(file)) ? LONG_LIMITS : DEFAULT_LIMITS);
}

export function limitOptions({ testMs, fileMs }) {
  const watch = new URL(`./watch-file.mjs?limit=${fileMs}`, import.meta.url);
  return [`--test-timeout=${testMs}`, `--import=${watch.href}`];
}
