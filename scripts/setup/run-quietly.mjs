import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

const OUTPUT_CHARS_MAX = 200_000;

/**
 * Runs a program in the root of the project and keeps what it writes. `onStart` hears its process number.
 *
 * @returns {Promise<{code?: number, output: string, error?: Error}>} without a code where it could not be started
 */
export function runQuietly(file, args, { env = process.env, onStart = () => undefined } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-OUTPUT_CHARS_MAX);
    };
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.pid !== undefined) onStart(child.pid);
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => resolve({ output, error }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
