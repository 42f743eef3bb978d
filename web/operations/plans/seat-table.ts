import {
  type Column,
  finishPlan,
  isGrade,
  isPart,
  isSectionName,
  type PlanError,
  type PlanSection,
  partOf,
  type ReadPlan,
  SEATS_MAX,
  SECTION_GAP,
} from './plan-text.ts';
import { readHead } from './table-columns.ts';
import { readRecords, type TableRecord } from './table-records.ts';

type Run = PlanSection['rows'][number]['runs'][number];
type Point = readonly [x: number, y: number];
type Seat = { readonly grade: string; readonly number: number; readonly at: Point | undefined };
type Section = { name: string; readonly rows: Map<string, Map<number, Seat>> };
type Fault = Omit<PlanError, 'line'>;

const NUMBER_MAX = 99_999;
const COORDINATE_MAX = 100_000;

/**
 * Reads a table with the columns section, row, grade and either number or first and last; x and y say where a seat
 * stands, and without them rows stand below each other; name is what the section is called. The first line names the
 * columns, in English or Korean (`table-columns.ts`). The order of the lines is that of the seats. What cannot be read
 * is refused with its line: nothing is left out or put elsewhere.
 */
export function readTable(text: string): ReadPlan {
  const { records, errors } = readRecords(text);
  const [first, ...rest] = records;
  if (errors.length > 0 || !first) return finishPlan([], errors, 1);
  const head = readHead(first.cells, first.line);
  if (!head.ok) return finishPlan([], head.errors, 1);
  const table = new SeatTable(head.places, first.cells);
  for (const record of rest) table.read(record);
  return table.finish();
}

class SeatTable {
  readonly #places: ReadonlyMap<Column, number>;
  /** Columns without a name hold nothing. */
  readonly #isNamed: readonly boolean[];
  readonly #sections = new Map<string, Section>();
  readonly #errors: PlanError[] = [];
  #count = 0;
  /** Whether the first line says where its seats stand: then all do. */
  #isPlaced: boolean | undefined;

  constructor(places: ReadonlyMap<Column, number>, heads: readonly string[]) {
    this.#places = places;
    this.#isNamed = heads.map((head) => head !== '');
  }

  read(record: TableRecord): void {
    const fault = this.#take(record.cells);
    if (fault) this.#errors.push({ line: record.line, ...fault });
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

  /** Takes the seats of a line. @returns what is wrong with it */
  #take(cells: readonly string[]): Fault | undefined {
    const of = (column: Column) => cells[this.#places.get(column) ?? -1] ?? '';
    const extra = cells.find((cell, i) => cell !== '' && this.#isNamed[i] !== true);
    if (extra !== undefined) return { fault: 'cellExtra', value: extra };
    const empty = [...this.#places.keys()].find((column) => !MAY_BE_EMPTY.has(column) && of(column) === '');
    if (empty !== undefined) return { fault: 'cellEmpty', value: '', column: empty };
    const section = partOf(of('section'), '구역', 'section');
    const row = partOf(of('row'), '열', 'row');
    const misnamed = [section, row].find((part) => !isPart(part));
    if (misnamed !== undefined) return { fault: 'name', value: misnamed };
    if (!isGrade(of('grade'))) return { fault: 'grade', value: of('grade') };
    const numbers = this.#numbersOf(of);
    if ('fault' in numbers) return numbers;
    const at = this.#placeOf(of('x'), of('y'));
    if (at && 'fault' in at) return at;
    return this.#name(section, of('name')) ?? this.#seat(section, row, of('grade'), numbers, at);
  }

  #numbersOf(of: (column: Column) => string): { first: number; last: number } | Fault {
    const isRun = this.#places.has('first');
    const first = seatNumber(of(isRun ? 'first' : 'number'));
    const last = isRun ? seatNumber(of('last')) : first;
    if (first === undefined || last === undefined || last < first)
      return { fault: 'number', value: isRun ? `${of('first')}–${of('last')}` : of('number') };
    this.#count += last - first + 1;
    return this.#count > SEATS_MAX ? { fault: 'tooMany', value: String(this.#count) } : { first, last };
  }

  #placeOf(x: string, y: string): Point | Fault | undefined {
    const isPlaced = x !== '' || y !== '';
    this.#isPlaced ??= isPlaced;
    if (isPlaced !== this.#isPlaced) return { fault: 'placeSome', value: '' };
    if (!isPlaced) return undefined;
    const wrong = [x, y].find((written) => coordinate(written) === undefined);
    if (wrong !== undefined) return { fault: 'place', value: wrong };
    return [coordinate(x) ?? 0, coordinate(y) ?? 0];
  }

  #name(id: string, name: string): Fault | undefined {
    const section = this.#sections.get(id) ?? { name: '', rows: new Map() };
    this.#sections.set(id, section);
    if (name === '' || name === section.name) return undefined;
    if (!isSectionName(name)) return { fault: 'sectionName', value: name };
    if (section.name !== '') return { fault: 'sectionNames', value: id };
    section.name = name;
    return undefined;
  }

  #seat(
    section: string,
    row: string,
    grade: string,
    { first, last }: { readonly first: number; readonly last: number },
    at: Point | undefined,
  ): Fault | undefined {
    const { rows } = this.#sections.get(section) ?? { rows: new Map<string, Map<number, Seat>>() };
    const seats = rows.get(row) ?? new Map<number, Seat>();
    rows.set(row, seats);
    for (let number = first; number <= last; number++) {
      if (seats.has(number)) return { fault: 'seatTwice', value: `${section}-${row}-${number}` };
      seats.set(number, { grade, number, at: at && [at[0] + number - first, at[1]] });
    }
    return undefined;
  }
}

const MAY_BE_EMPTY: ReadonlySet<Column> = new Set(['name', 'x', 'y']);

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

/** `12` and `12번`. */
function seatNumber(written: string): number | undefined {
  const [, digits] = /^(\d{1,5})번?$/.exec(written) ?? [];
  return digits !== undefined && Number(digits) <= NUMBER_MAX ? Number(digits) : undefined;
}

/** With a decimal point or a decimal comma; thousands are not parted, which nobody could tell from it. */
function coordinate(written: string): number | undefined {
  if (!/^[-+]?\d+(?:[.,]\d+)?(?:E[-+]?\d{1,3})?$/i.test(written)) return undefined;
  const value = Number(written.replace(',', '.'));
  return Math.abs(value) <= COORDINATE_MAX ? value : undefined;
}
