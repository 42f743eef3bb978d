import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { LOCKFILE } from '../setup/paths.mjs';
import { missingOptionalPackages } from './missing-packages.mjs';

test('the lockfile names the optional packages of all platforms, as npm ci demands', async () => {
  const lockfile = JSON.parse(await readFile(LOCKFILE, 'utf8'));
  const missing = Object.keys(missingOptionalPackages(lockfile));
  assert.deepEqual(missing, [], 'run `node scripts/complete-lockfile.mjs`');
});

test('a package that npm left out is described by its name', () => {
  const packages = {
    'node_modules/tool': { dev: true, optionalDependencies: { '@tool/linux-arm64-musl': '1.2.3' } },
  };
  assert.deepEqual(missingOptionalPackages({ packages }), {
    'node_modules/@tool/linux-arm64-musl': {
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    },
  });
});
