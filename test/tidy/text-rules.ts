import path from 'node:path';
import type { SourceFile } from './project-files.ts';

/** Folders in which people and machines work; a path into one holds on that machine alone. */
const machinePath = /(?<![\w.])\/(?:work|root|home|Users)\/[\w.-]/;
/** Anyone who wants to remember something opens an issue: a note in the code is forgotten with it. */
const marker = /\b(?:TO(?:DO)|FIX(?:ME))\b/; // in brackets, so that this line is not one itself

/** What a committed text may not hold, as `file:line: why`. */
export function findStrayText(file: SourceFile): readonly string[] {
  const found: string[] = [];
  for (const [index, line] of file.text.split('\n').entries()) {
    const place = `${file.path}:${index + 1}`;
    if (machinePath.test(line)) found.push(`${place}: names a path of one machine`);
    if (marker.test(line)) found.push(`${place}: holds a note of work to be done`);
    if (line.endsWith('\r')) found.push(`${place}: ends in a carriage return`);
    else if (/[ \t]$/.test(line)) found.push(`${place}: ends in blanks`);
  }
  if (file.text !== '' && !file.text.endsWith('\n')) found.push(`${file.path}: the last line has no end`);
  return found;
}

/**
 * Packages whose address a lockfile fixes. A clone installs from whatever registry its user has configured, so the
 * lockfile may hold names, versions and checksums, but no host.
 */
export function findRegistryHosts(lockfile: string): readonly string[] {
  const { packages } = JSON.parse(lockfile) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(packages).flatMap(([name, { resolved }]) =>
    resolved === undefined || resolved.startsWith('file:') ? [] : [`${name}: ${resolved}`],
  );
}

/** Relative links of a Markdown file that lead to no file or folder, as `file: target`. */
export function findDeadLinks(file: SourceFile, exists: (target: string) => boolean): readonly string[] {
  const prose = file.text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)].flatMap((match) => {
    const target = match[1] ?? '';
    if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
    return exists(path.posix.join(path.posix.dirname(file.path), target)) ? [] : [`${file.path}: ${target}`];
  });
}
