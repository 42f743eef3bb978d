import { decodeText } from './decode-text.ts';
import type { PlanError } from './plan-text.ts';

export type OpenedPlan =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly errors: readonly PlanError[] };

/** A table of the largest plan with a line for each seat is a quarter of this. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** Of Excel before 2007, and of what is protected by a password. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0];

/** The text of a seat plan in a file: a drawing, a table of any usual encoding, or a sheet of Excel. */
export async function openPlanFile(file: Blob): Promise<OpenedPlan> {
  if (file.size > FILE_BYTES_MAX) return refused('fileTooLarge');
  const buffer = await file.arrayBuffer().catch(() => undefined);
  if (!buffer) return refused('fileGone');
  const bytes = new Uint8Array(buffer);
  if (startsWith(bytes, COMPOUND_FILE)) return refused('fileOldExcel');
  if (startsWith(bytes, ZIP)) return openSheet(bytes);
  const decoded = decodeText(bytes);
  if (decoded.ok) return decoded;
  return { ok: false, errors: [{ value: '', ...decoded }] };
}

/** What reads Excel is loaded by who opens such a file, and by nobody else. */
async function openSheet(bytes: Uint8Array): Promise<OpenedPlan> {
  const reader = await import('./excel-sheet.ts').catch(() => undefined);
  if (!reader) return refused('fileReaderAway');
  const read = await reader.readExcel(bytes);
  return read.ok ? read : refused(read.fault, read.value);
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

const refused = (fault: PlanError['fault'], value = ''): OpenedPlan => ({
  ok: false,
  errors: [{ fault, value }],
});
