import { ROOT } from './paths.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupFailure } from './terminal.mjs';

/** Packages ask for a newer Node than may run this, and get it: it is one of them. */
const ANY_NODE = '--engine-strict=false';

const EXPLANATIONS = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/,
    'npm cannot reach the package registry: check the network connection, or the proxy and registry settings of npm.',
  ],
  [/ENOSPC|EDQUOT/, `the disk that holds ${ROOT} is full: free some space and run this again.`],
  [
    /EACCES|EPERM|EROFS/,
    `npm cannot write to ${ROOT}/node_modules: run this as the user who owns that folder.`,
  ],
  [/EUSAGE|in sync/, 'package.json and package-lock.json disagree: take both from the same commit.'],
  [
    /EINTEGRITY/,
    'a package differs from what the lockfile says: run `npm cache clean --force` and run this again.',
  ],
  [/E401|E403/, 'the package registry refused the request: check the registry settings of npm.'],
];

/**
 * Runs the npm that runs this script, or the one on the path, and hides its output unless it fails. `onStart` hears its
 * process number. The settings of the npm that runs this stay: proxies, registries, credentials.
 */
export async function runNpm(args, onStart) {
  const { npm_execpath: execPath = '' } = process.env;
  const [file, first] = /npm-cli\.[cm]?js$/.test(execPath) ? [process.execPath, [execPath]] : ['npm', []];
  const run = await runQuietly(file, [...first, ...args, ANY_NODE], { onStart });
  if (run.code === 0) return;
  if (run.error?.code === 'ENOENT') {
    throw new SetupFailure('npm is not on the path: install Node with npm, and run this again.');
  }
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(run.output));
  throw new SetupFailure(known?.[1] ?? `npm failed: ${lastWords(run.output)}`);
}

function lastWords(output) {
  const lines = output.split('\n').filter((line) => /^npm (?:error|ERR!)/.test(line));
  const telling = lines.filter((line) => !/A complete log|^npm (?:error|ERR!)\s*$/.test(line));
  return (
    telling
      .slice(-3)
      .join(' ')
      .replaceAll(/npm (?:error|ERR!)\s*/g, '') || output.trim().split('\n').at(-1)
  );
}
