/**
 * Imported into every process of the test run: ends a file that hangs outside of its tests, in a hook or after the
 * last test, where the time-out of tests does not reach.
 */
import { isMainThread } from 'node:worker_threads';

const limitMs = Number(new URL(import.meta.url).searchParams.get('limit'));

// The runner itself, which waits for all files, has no context; a worker ends with its process.
if (process.env['NODE_TEST_CONTEXT'] !== undefined && isMainThread) {
  const watch = () => {
    console.error(
      `${process.argv[1]} did not end within ${limitMs / 1_000} s: it hangs outside of its tests.`,
    );
    process.exit(1);
  };
  setTimeout(watch, limitMs).unref();
}
