import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The root of the repository, absolute, without a trailing separator. */
export const repositoryRoot: string = path.resolve(import.meta.dirname, '../..');

export type SourceFile = {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
};

/** Kept by tools, not by us: their names and texts follow other rules. */
const outsideTheHouse = new Set(['.git']);

/**
 * Paths of everything that is committed or would be: the whole tree less what .gitignore names.
 * It walks instead of asking git, because the tests also run where there is no repository (an image, an archive).
 */
export function listProjectFiles(root: string = repositoryRoot): readonly string[] {
  const isIgnored = createIgnore(readFileSync(path.join(root, '.gitignore'), 'utf8'));
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      if (outsideTheHouse.has(entry.name) || isIgnored(entry.name, entry.isDirectory())) continue;
      const entryPath = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(entryPath);
      else if (entry.isFile()) found.push(entryPath);
    }
  };
  visit('');
  return found.toSorted();
}

/**
 * Reads the forms of pattern that our .gitignore uses: a name for files and folders, with a slash at its end for folders
 * alone, and with stars for any run of characters. Any other form throws, so that nobody adds one that this misreads.
 */
export function createIgnore(gitignore: string): (name: string, isFolder: boolean) => boolean {
  const ofFolders: RegExp[] = [];
  const ofBoth: RegExp[] = [];
  for (const raw of gitignore.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^[\w.*-]+\/?$/.test(line) || line.includes('**'))
      throw new Error(`.gitignore: the house's tests cannot read the pattern "${line}"`);
    const pattern = line.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '.*');
    (line.endsWith('/') ? ofFolders : ofBoth).push(new RegExp(`^${pattern}$`));
  }
  return (name, isFolder) =>
    [...ofBoth, ...(isFolder ? ofFolders : [])].some((pattern) => pattern.test(name));
}

/** The text of a file of the project; the path is relative to the root. */
export function readProjectFile(file: string): string {
  return readFileSync(path.join(repositoryRoot, file), 'utf8');
}

const codeFile = /\.(?:ts|tsx|mjs)$/;
const codeFolder = /^(?:src|test|lab|traffic|web|scripts)\//;

/** Every file of TypeScript or JavaScript that we write, with its text. */
export function readCode(files: readonly string[] = listProjectFiles()): readonly SourceFile[] {
  return files
    .filter((file) => codeFolder.test(file) && codeFile.test(file))
    .map((file) => ({ path: file, text: readProjectFile(file) }));
}
