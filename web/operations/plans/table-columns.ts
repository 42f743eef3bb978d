import type { Column, PlanError } from './plan-text.ts';

/** How people head a column, without case, blanks and punctuation. A remark is for people, and not read. */
const HEADS: Readonly<Record<Column | 'remark', readonly string[]>> = {
  section: ['section', 'block', 'zone', 'area', '구역', '구역코드', '블록', '블럭'],
  name: ['name', 'sectionname', '구역명', '구역이름', '이름'],
  row: ['row', 'rowname', '열', '열이름', '열번호', '행', '줄'],
  number: ['number', 'no', 'seat', 'seatno', 'seatnumber', '번호', '좌석', '좌석번호'],
  first: ['first', 'from', 'firstseat', '시작', '시작번호', '첫번호', '첫좌석'],
  last: ['last', 'to', 'lastseat', '끝', '끝번호', '마지막', '마지막번호', '끝좌석'],
  grade: ['grade', 'seatgrade', '등급', '좌석등급'],
  x: ['x', 'x좌표', '가로', '가로위치'],
  y: ['y', 'y좌표', '세로', '세로위치'],
  remark: ['remark', 'remarks', 'note', 'notes', 'comment', 'memo', '비고', '메모', '참고'],
};

const BY_HEAD = new Map(
  Object.entries(HEADS).flatMap(([column, heads]) =>
    heads.map((head) => [head, column as Column | 'remark']),
  ),
);

/** Which column a head names; undefined where it names none. */
export function columnOf(head: string): Column | 'remark' | undefined {
  return BY_HEAD.get(head.toLowerCase().replaceAll(/[\s_.()/-]/g, ''));
}

/** Where each column stands in a line, or what is wrong with the line that names them. */
export type TableHead =
  | { readonly ok: true; readonly places: ReadonlyMap<Column, number> }
  | { readonly ok: false; readonly errors: readonly PlanError[] };

export function readHead(cells: readonly string[], line: number): TableHead {
  const errors: PlanError[] = [];
  const places = new Map<Column, number>();
  for (const [i, cell] of cells.entries()) {
    const column = columnOf(cell);
    if (cell === '' || column === 'remark') continue;
    if (column === undefined) errors.push({ fault: 'columnUnknown', line, value: cell });
    else if (places.has(column)) errors.push({ fault: 'columnTwice', line, value: cell });
    else places.set(column, i);
  }
  nameAsSection(places);
  for (const column of wantedOf(places))
    if (!places.has(column)) errors.push({ fault: 'columnMissing', line, value: '', column });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, places };
}

/** Who has names of sections alone knows them by these. */
function nameAsSection(places: Map<Column, number>): void {
  const name = places.get('name');
  if (name === undefined || places.has('section')) return;
  places.set('section', name);
  places.delete('name');
}

function wantedOf(places: ReadonlyMap<Column, number>): readonly Column[] {
  const seats: Column[] = places.has('first') || places.has('last') ? ['first', 'last'] : ['number'];
  const drawn: Column[] = places.has('x') || places.has('y') ? ['x', 'y'] : [];
  return ['section', 'row', ...seats, 'grade', ...drawn];
}
