import type { FastifyReply, FastifyRequest } from 'fastify';

type Cell = string | number;

/**
 * For spreadsheets: RFC 4180, with a mark of its encoding, which Korean Excel needs. A text that a spreadsheet would
 * take for a formula gets an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection): names are whatever people call themselves.
 */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${[head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether the answer is asked for as CSV: by `?format=csv`, or by the Accept header. */
export function wantsCsv(request: FastifyRequest, format: 'json' | 'csv' | undefined): boolean {
  return format === undefined ? (request.headers.accept?.startsWith('text/csv') ?? false) : format === 'csv';
}

/** Past the route's schema, which describes the JSON. */
export function sendCsv(
  reply: FastifyReply,
  { name, text }: { readonly name: string; readonly text: string },
): void {
  void reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .serializer((body: string) => body)
    .send(text);
}
