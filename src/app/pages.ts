import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { etagOf } from '../platform/http/conditional.ts';
import type { PageFile, Pages } from '../platform/http/pages.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/** What the build says of itself in `pages.json`. */
type PageTable = {
  readonly documents: readonly { readonly file: string; readonly paths: readonly string[] }[];
};

/**
 * Reads the built pages into memory, compressed forms included; there are some hundred kB.
 * @returns undefined where none were built
 * @throws Error where the build is damaged
 */
export async function loadPages(folder: string): Promise<Pages | undefined> {
  const table = await readFile(join(folder, 'pages.json'), 'utf8').catch(ifMissing);
  if (table === undefined) return undefined;
  const { documents } = JSON.parse(table) as PageTable;
  const names = (await readdir(join(folder, 'assets'))).filter((name) => extname(name) in TYPES);
  const assets = names.map(
    async (name) => [`/assets/${name}`, await loadFile(join(folder, 'assets', name))] as const,
  );
  return {
    documents: await Promise.all(
      documents.map(async ({ file, paths }) => ({ file: await loadFile(join(folder, file)), paths })),
    ),
    assets: new Map(await Promise.all(assets)),
  };
}

async function loadFile(path: string): Promise<PageFile> {
  const [identity, br, gzip] = await Promise.all([
    readFile(path),
    readFile(`${path}.br`).catch(ifMissing),
    readFile(`${path}.gz`).catch(ifMissing),
  ]);
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    etag: etagOf(identity),
    identity,
    ...(br && { br }),
    ...(gzip && { gzip }),
  };
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
