import Papa from 'papaparse';
import type { PlanError } from './plan-text.ts';
import { columnOf } from './table-columns.ts';

/** A line of a table. Quoted cells may span lines, so `line` says where it begins, counted from 1. */
export type TableRecord = { readonly line: number; readonly cells: readonly string[] };

const DELIMITERS = [',', ';', '\t'] as const;
/** The lines of a drawing: a remark, a grade's letter, a section, a row. */
const DRAWN = /^\s*(?:#|\S\s*=|section\s|구역\s|\S*구역(?:\s|$)|[^\s:,;]+\s*:)/i;
/** Excel writes and reads this line where the delimiter is not the one of the language. */
const DELIMITER_LINE = /^sep=(.)\n/i;

/** Whether a text is a table: its first line names a column, or has several cells and is none of a drawing. */
export function isTable(text: string): boolean {
  if (DELIMITER_LINE.test(text)) return true;
  const { known, count } = bestHead(text);
  return count > 1 && (known > 0 || !DRAWN.test(text.trimStart()));
}

/** The lines of a table that have something in them, and whose quotes are wrong. Line ends are `\n`. */
export function readRecords(text: string): {
  readonly records: readonly TableRecord[];
  readonly errors: readonly PlanError[];
} {
  const told = DELIMITER_LINE.exec(text);
  const body = told ? text.slice(told[0].length) : text;
  const delimiter = told?.[1] ?? bestHead(body).delimiter;
  const parsed = Papa.parse<string[]>(body, { delimiter, newline: '\n' });
  let next = told ? 2 : 1;
  const records = parsed.data.map((cells): TableRecord => {
    const line = next;
    next += cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 1);
    return { line, cells: cells.map((cell) => cell.trim()) };
  });
  return {
    records: records.filter(({ cells }) => cells.some((cell) => cell !== '')),
    errors: parsed.errors
      .filter(({ type }) => type === 'Quotes')
      .map(({ row = 0 }) => ({ fault: 'quotes', line: records[row]?.line ?? 1, value: '' })),
  };
}

/** The first line by the delimiter by which it names most columns, or else has most cells. */
function bestHead(text: string) {
  const heads = DELIMITERS.map((delimiter) => {
    const { data } = Papa.parse<string[]>(text, {
      delimiter,
      newline: '\n',
      preview: 1,
      skipEmptyLines: 'greedy',
    });
    const cells = (data[0] ?? []).map((cell) => cell.trim());
    return {
      delimiter,
      count: cells.length,
      known: cells.filter((cell) => columnOf(cell) !== undefined).length,
    };
  });
  return heads.reduce((best, head) =>
    head.known > best.known || (head.known === best.known && head.count > best.count) ? head : best,
  );
}
