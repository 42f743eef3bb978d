import {
  finishPlan,
  isGrade,
  isPart,
  type PlanError,
  type PlanFault,
  type PlanSection,
  type ReadPlan,
  SEATS_MAX,
  SECTION_GAP,
} from './plan-text.ts';

type Run = PlanSection['rows'][number]['runs'][number];
type Seat = { readonly grade: string; readonly number: number; readonly at: [number, number] | undefined };
type Rows = Map<string, Map<number, Seat>>;
type Section = { name: string; readonly rows: Rows };

const NUMBER_MAX = 99_999;
const COORDINATE_MAX = 100_000;
const NAME_LENGTH_MAX = 60;

/** Whether a text is a table: its first line names the columns. */
export function isCsv(text: string): boolean {
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  return /[,;\t]/.test(first) && /\bsection\b/i.test(first) && /\brow\b/i.test(first);
}

/**
 * Reads a table with the columns `section`, `row`, `grade` and either `number` or `first` and `last`; `x` and `y` say
 * where a seat stands, and without them rows stand below each other; `name` is what the section is called. The order of
 * the lines is that of the seats. Columns are parted by comma, semicolon or tab.
 */
export function readCsv(text: string): ReadPlan {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), lineNo: index + 1 }));
  const [head, ...rest] = lines.filter(({ line }) => line !== '');
  const separator = /[,;\t]/.exec(head?.line ?? '')?.[0] ?? ',';
  const columns = (head?.line ?? '').split(separator).map((name) => name.trim().toLowerCase());
  const wanted = ['section', 'row', 'grade', ...(columns.includes('first') ? ['last'] : ['number'])];
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    return { ok: false, errors: [{ fault: 'columns', line: head?.lineNo ?? 1, value: missing.join(', ') }] };
  const table = new Table();
  for (const { line, lineNo } of rest) {
    const values = line.split(separator);
    table.read(new Map(columns.map((name, i) => [name, (values[i] ?? '').trim()])), lineNo);
  }
  return table.finish();
}

class Table {
  readonly #sections = new Map<string, Section>();
  readonly #errors: PlanError[] = [];
  #count = 0;

  read(values: ReadonlyMap<string, string>, line: number): void {
    const fail = (fault: PlanFault, value: string) => void this.#errors.push({ fault, line, value });
    const of = (name: string) => values.get(name) ?? '';
    const [section, row, grade] = [of('section'), of('row'), of('grade')];
    const misnamed = [section, row].find((name) => !isPart(name));
    if (misnamed !== undefined) return fail('name', misnamed);
    if (!isGrade(grade)) return fail('grade', grade);
    const first = wholeNumber(of(values.has('first') ? 'first' : 'number'));
    const last = values.has('first') ? wholeNumber(of('last')) : first;
    if (first === undefined || last === undefined || last < first)
      return fail('number', values.has('first') ? `${of('first')}–${of('last')}` : of('number'));
    this.#count += last - first + 1;
    if (this.#count > SEATS_MAX) return fail('tooMany', String(this.#count));
    const at = placeOf(of('x'), of('y'));
    const seats = this.#row(section, of('name'), row);
    for (let number = first; number <= last; number++) {
      if (seats.has(number)) return fail('seatTwice', `${section}-${row}-${number}`);
      seats.set(number, { grade, number, at: at && [at[0] + number - first, at[1]] });
    }
  }

  finish(): ReadPlan {
    let y = 0;
    let width = 1;
    const sections = [...this.#sections].map(([id, { name, rows }]): PlanSection => {
      const planned = [...rows].map(([row, seats]) => ({ id: row, runs: toRuns(seats, y++) }));
      y += SECTION_GAP;
      return { id, ...(name === '' ? {} : { name }), rows: planned };
    });
    for (const { rows } of sections)
      for (const { runs } of rows)
        for (const run of runs) width = Math.max(width, (run.at?.[0] ?? 0) + run.count);
    return finishPlan(sections, this.#errors, width);
  }

  #row(id: string, name: string, row: string): Map<number, Seat> {
    const section = this.#sections.get(id) ?? { name: '', rows: new Map<string, Map<number, Seat>>() };
    this.#sections.set(id, section);
    if (section.name === '') section.name = name.slice(0, NAME_LENGTH_MAX);
    const seats = section.rows.get(row) ?? new Map<number, Seat>();
    section.rows.set(row, seats);
    return seats;
  }
}

/** Neighbours of one grade become one run; the rest the server puts together. */
function toRuns(seats: ReadonlyMap<number, Seat>, y: number): Run[] {
  const runs: Run[] = [];
  for (const { grade, number, at } of seats.values()) {
    const place = at ?? [number - 1, y];
    const last = runs.at(-1);
    const isNext =
      last?.grade === grade &&
      last.first + last.count === number &&
      last.at?.[0] === place[0] - last.count &&
      last.at[1] === place[1];
    if (isNext) last.count += 1;
    else runs.push({ grade, first: number, count: 1, at: [place[0], place[1]], by: [1, 0] });
  }
  return runs;
}

function wholeNumber(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  return number !== undefined && number <= NUMBER_MAX ? number : undefined;
}

function placeOf(x: string, y: string): [number, number] | undefined {
  if (x === '' || y === '') return undefined;
  const place: [number, number] = [Number(x), Number(y)];
  return place.every((value) => Math.abs(value) <= COORDINATE_MAX) ? place : undefined;
}
