import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** A line that is a comment which holds nothing but the name of a file, such as `shared/document/head.html`. */
const INCLUDE = /^( *)<!-- (\S+\.html) -->$/gm;

/** Puts what all documents have in common in its place, before their references are followed. */
export function includeHtml(folder: string): Plugin {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8').trimEnd();
  return {
    name: 'include-html',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(INCLUDE, (_, indent: string, file: string) => read(file).replace(/^/gm, indent)),
    },
  };
}
