import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runNpm } from './npm.mjs';

const folder = await mkdtemp(join(tmpdir(), 'firstcome-npm-'));
after(() => rm(folder, { recursive: true, force: true }));

test('packages for a newer Node are installed also where npm is told to be strict', async () => {
  await mkdir(join(folder, 'newer'));
  const newer = { name: 'newer', version: '1.0.0', engines: { node: '>=999' } };
  await writeFile(join(folder, 'newer', 'package.json'), JSON.stringify(newer));
  const project = { name: 'project', version: '1.0.0', dependencies: { newer: 'file:newer' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(project));
  process.env.npm_config_engine_strict = 'true';
  try {
    await runNpm(['install', '--prefix', folder, '--no-audit', '--no-fund', '--offline']);
  } finally {
    delete process.env.npm_config_engine_strict;
  }
  await access(join(folder, 'node_modules', 'newer', 'package.json'));
});
