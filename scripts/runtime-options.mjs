import { totalmem } from 'node:os';

/** Arguments for the Node that runs TypeScript: the 24 line warns of what this project relies on. */
export const RUNTIME_OPTIONS = ['--disable-warning=ExperimentalWarning'];

/** With less memory the young generation stays as V8 makes it. */
const MEMORY_BYTES_MIN = 2 ** 30;

/** Arguments for the server: a larger young generation, by figures (docs/decisions/007-young-generation.md). */
export function serverOptions(memoryBytes = usableMemory()) {
  return memoryBytes > MEMORY_BYTES_MIN ? [...RUNTIME_OPTIONS, '--max-semi-space-size=64'] : RUNTIME_OPTIONS;
}

/** What a container allows, where there is one (0 or undefined: nothing said). */
function usableMemory() {
  return Math.min(totalmem(), process.constrainedMemory?.() || Infinity);
}
