import {
  finishPlan,
  isGrade,
  isPart,
  isSectionName,
  type PlanError,
  type PlanFault,
  type PlanSection,
  partOf,
  type ReadPlan,
  SECTION_GAP,
} from './plan-text.ts';

type Row = PlanSection['rows'][number];
type Run = Row['runs'][number];

const GAPS = new Set([' ', '.', '_', '-']);
/** `section A beside Balcony`, `구역 가 옆 이층`, `가구역 옆 이층`. */
const SECTION = /^\s*(?:(?:section|구역)\s+(\S+)|([^\s:]+)구역)(?:\s+(beside|옆))?(?:\s+(.*))?$/i;

/**
 * Reads a plan that is drawn with letters, one line for a row:
 *
 *     V = VIP
 *     section A Stalls
 *     1: VVVV..VVVV
 *     2: RRRRRRRRRR
 *     section B beside Balcony
 *     1: SSSS
 *
 * A letter is a seat of its grade, which `V = VIP` may name; a full stop, a hyphen, a line below or a blank is a gap;
 * an empty line within a section is an aisle; `#` begins a remark. Seats are numbered from 1, from left to right.
 * Sections stand below each other, unless `beside` puts one to the right of the one before.
 */
export function readDrawing(text: string): ReadPlan {
  const drawing = new Drawing();
  for (const [index, line] of text.split(/\r?\n/).entries()) drawing.read(line, index + 1);
  return drawing.finish();
}

class Drawing {
  readonly #names = new Map<string, string>();
  readonly #sections: PlanSection[] = [];
  readonly #errors: PlanError[] = [];
  /** Where each section begins in the text. */
  readonly #lines = new Map<string, number>();
  /** Where the next row begins. */
  #left = 0;
  #y = 0;
  /** The top of the present section, and how far the drawing has come. */
  #top = 0;
  #right = 0;
  #bottom = 0;

  read(line: string, lineNo: number): void {
    const text = line.replace(/#.*$/, '').trimEnd();
    const fail = (fault: PlanFault, value: string) => void this.#errors.push({ fault, line: lineNo, value });
    if (text === '') {
      if ((this.#sections.at(-1)?.rows.length ?? 0) > 0) this.#y += 1;
      return;
    }
    const naming = /^\s*(\S)\s*=\s*(.+)$/.exec(text);
    const section = SECTION.exec(text);
    const row = /^\s*([^\s:]+)\s*:(.*)$/.exec(text);
    if (naming) this.#name(naming[1] ?? '', (naming[2] ?? '').trim(), fail);
    else if (section) this.#open(section, lineNo, fail);
    else if (row) this.#draw(partOf(row[1] ?? '', '열', 'row'), row[2] ?? '', fail);
    else fail('line', text.trim().slice(0, 30));
  }

  finish(): ReadPlan {
    const hollow = this.#sections.filter(({ rows }) => rows.length === 0);
    const empty = hollow.map(({ id }) => ({
      fault: 'rowEmpty' as const,
      line: this.#lines.get(id) ?? 1,
      value: id,
    }));
    return finishPlan(this.#sections, this.#errors.length > 0 ? this.#errors : empty, this.#right + 1);
  }

  #name(letter: string, grade: string, fail: Fail): void {
    if (isGrade(grade) && !GAPS.has(letter)) this.#names.set(letter, grade);
    else fail('grade', grade);
  }

  #open([, named, hangul, beside, name = '']: RegExpExecArray, lineNo: number, fail: Fail): void {
    const id = partOf(named ?? hangul ?? '', '구역', 'section');
    if (!isPart(id)) return fail('name', id);
    if (this.#sections.some((section) => section.id === id)) return fail('sectionTwice', id);
    const isFirst = this.#sections.length === 0;
    if (beside !== undefined && !isFirst) {
      this.#left = this.#right + SECTION_GAP;
    } else {
      this.#left = 0;
      this.#top = isFirst ? 0 : this.#bottom + SECTION_GAP;
    }
    this.#y = this.#top;
    this.#lines.set(id, lineNo);
    const shown = name.trim();
    if (!isSectionName(shown)) return fail('sectionName', shown);
    this.#sections.push({ id, ...(shown === '' ? {} : { name: shown }), rows: [] });
  }

  #draw(id: string, cells: string, fail: Fail): void {
    const section = this.#sections.at(-1);
    if (!section) return fail('noSection', id);
    if (!isPart(id)) return fail('name', id);
    if (section.rows.some((row) => row.id === id)) return fail('rowTwice', id);
    const runs = this.#runs(cells.replace(/^ /, ''), fail);
    if (runs.length === 0) return fail('rowEmpty', id);
    section.rows.push({ id, runs });
    this.#bottom = Math.max(this.#bottom, this.#y);
    this.#y += 1;
  }

  #runs(cells: string, fail: Fail): Run[] {
    const runs: Run[] = [];
    let number = 0;
    let before: string | undefined;
    for (const [column, letter] of Array.from(cells).entries()) {
      if (GAPS.has(letter)) {
        before = undefined;
        continue;
      }
      const grade = this.#names.get(letter) ?? letter;
      if (!isGrade(grade)) {
        fail('grade', letter);
        return runs;
      }
      const x = this.#left + column;
      this.#right = Math.max(this.#right, x);
      number += 1;
      const last = runs.at(-1);
      if (last && before === grade) last.count += 1;
      else runs.push({ grade, first: number, count: 1, at: [x, this.#y], by: [1, 0] });
      before = grade;
    }
    return runs;
  }
}

type Fail = (fault: PlanFault, value: string) => void;
