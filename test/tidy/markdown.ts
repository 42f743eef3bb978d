/** The text under a heading of level two, up to the next one; throws if there is no such heading. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start === -1) throw new Error(`there is no section "${heading}"`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('## '));
  return lines.slice(start + 1, end === -1 ? undefined : end).join('\n');
}

/** The rows of every table in a text that has the given columns, each as its cells, trimmed. */
export function tableRows(markdown: string, columns: readonly string[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let isInTable = false;
  for (const line of markdown.split('\n')) {
    const cells = line.startsWith('|') ? splitRow(line) : undefined;
    if (cells === undefined) isInTable = false;
    else if (cells.join('|') === columns.join('|')) isInTable = true;
    else if (isInTable && !cells.every((cell) => /^:?-+:?$/.test(cell))) rows.push(cells);
  }
  return rows;
}

/** A bar inside a cell is written `\|`. */
function splitRow(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Everything in backticks in a cell, in order. */
export function quotedCode(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}
