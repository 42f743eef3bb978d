import type { Words } from '../words.ts';

/** Text that is HTML already. Anything else is escaped where it is put in. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Html | Words | string | number | undefined | readonly Piece[];

/** Puts values into HTML: texts escaped, words in both languages, lists one after the other. */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(parts.reduce((text, part, no) => text + render(values[no - 1]) + part));
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') {
    if (isList(piece)) return piece.map(render).join('');
    return `<span lang="en">${escape(piece.en)}</span><span lang="ko">${escape(piece.ko)}</span>`;
  }
  return escape(String(piece));
}

function isList(piece: Words | readonly Piece[]): piece is readonly Piece[] {
  return Array.isArray(piece);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
