/**
 * Adds to package-lock.json the packages for other platforms that npm left out, which it does when the registry it was
 * run against does not offer them. `npm ci` refuses a lockfile without them. Run after `npm install` where the test of
 * the lockfile says so: `node scripts/complete-lockfile.mjs`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { missingOptionalPackages } from './lockfile/missing-packages.mjs';
import { LOCKFILE } from './setup/paths.mjs';

const lockfile = JSON.parse(await readFile(LOCKFILE, 'utf8'));
const missing = missingOptionalPackages(lockfile);
const packages = Object.entries({ ...lockfile.packages, ...missing });
lockfile.packages = Object.fromEntries(packages.toSorted(([one], [other]) => (one < other ? -1 : 1)));
await writeFile(LOCKFILE, `${JSON.stringify(lockfile, undefined, 2)}\n`);
console.log(`added ${Object.keys(missing).length} packages to the lockfile`);
