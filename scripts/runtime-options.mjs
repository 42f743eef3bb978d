import { totalmem } from 'node:os';

/** Arguments for the Node that runs TypeScript: the 24 line warns of what this project relies on. */
export const RUNTIME_OPTIONS = ['--disable-warning=ExperimentalWarning'];

/** With less memory the young generation stays as V8 makes it. */
const MEMORY_BYTES_MIN = 2 ** 30;

/**
 * Arguments for the server. Anyone who waits for an answer is copied by each collection of the young generation: with
 * Node's 32 MiB and 2,048 holds under way that was 26% of the main thread's time and as much again on other
 * threads; with 64 MiB 13%, and 85 instead of 104 µs of the server's time for a hold. It costs up to twice that in
 * memory, once there is a crowd.
 *
 * Not 128 MiB: 8% and 79 µs, but single pauses of 12 to 24 ms, which show where nobody waits for anything else (99% of
 * 800 holds a second within 13 to 16 instead of 11 to 13 ms). On two cores, p99 by rounds: --no-concurrent-marking is
 * best at 6,000 holds a second (21 to 54 ms in six, as they are 17 to 159 in twelve), but at 8,000 two rounds of ten
 * fell behind for seconds (931 and 1,133; as they are 32 to 188). --v8-pool-size=1 shows nothing (49 to 250 in ten).
 */
export function serverOptions(memoryBytes = usableMemory()) {
  return memoryBytes > MEMORY_BYTES_MIN ? [...RUNTIME_OPTIONS, '--max-semi-space-size=64'] : RUNTIME_OPTIONS;
}

/** What a container allows, where there is one (0 or undefined: nothing said). */
function usableMemory() {
  return Math.min(totalmem(), process.constrainedMemory?.() || Infinity);
}
