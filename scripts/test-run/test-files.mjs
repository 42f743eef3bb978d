import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ROOT } from '../setup/paths.mjs';
import { SetupFailure } from '../setup/terminal.mjs';

const FOLDERS = ['src', 'test', 'scripts', 'lab', 'traffic', 'web'];
const TEST_FILE = /\.test\.(?:ts|mjs)$/;

/** Suites that only run when they are named: they take long, or need services of the machine. */
const NAMED_SUITES = {
  'test/services': 'npm run test:services',
  'test/long': 'npm run test:long',
  'test/browser/long': 'npm run test:long',
};

/** The test files of the project, without the suites that have to be named. */
export async function defaultTestFiles() {
  const found = await Promise.all(FOLDERS.map((folder) => testFilesIn(join(ROOT, folder))));
  const excluded = Object.keys(NAMED_SUITES).map((folder) => `${folder}/`);
  return found.flat().filter((file) => !excluded.some((folder) => file.startsWith(folder)));
}

/** The test files that arguments name: files as they are, folders with all in them. Options are the runner's. */
export async function splitArguments(words) {
  const options = words.filter((word) => word.startsWith('-'));
  const files = [];
  for (const word of words.filter((other) => !other.startsWith('-'))) {
    const path = resolve(word);
    const entry = await stat(path).catch(() => undefined);
    if (entry === undefined) throw new SetupFailure(`there is no test file or folder ${word}.`);
    files.push(...(entry.isDirectory() ? await testFilesIn(path) : [relative(ROOT, path)]));
  }
  if (files.length === 0 && options.length < words.length) {
    throw new SetupFailure(`there are no tests (*.test.ts) in ${words.join(' ')}.`);
  }
  return { options, files };
}

/** The named suites that have test files. */
export async function namedSuites() {
  const entries = Object.entries(NAMED_SUITES);
  const counts = await Promise.all(entries.map(([folder]) => testFilesIn(join(ROOT, folder))));
  return entries.filter((_entry, index) => counts[index].length > 0);
}

async function testFilesIn(folder) {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  return entries
    .filter((entry) => TEST_FILE.test(entry) && !entry.includes('node_modules'))
    .map((entry) => relative(ROOT, join(folder, entry)))
    .toSorted();
}
