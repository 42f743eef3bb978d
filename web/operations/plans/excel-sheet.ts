import { unzipSync, zipSync } from 'fflate';
import Papa from 'papaparse';
import readExcelFile from 'read-excel-file/universal';
import { isTable } from './table-records.ts';

type ReadExcel =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: 'fileNotExcel' | 'fileSheets'; readonly value?: string };

/** More is no table of seats, whatever it unpacks to. */
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;

/**
 * The sheet of an .xlsx file that holds a table of seats, as text whose lines are its rows. A sheet that is the only one
 * is taken as it is, so that anyone who reads the table says what it lacks.
 */
export async function readExcel(bytes: Uint8Array): Promise<ReadExcel> {
  let sheets: { readonly name: string; readonly text: string }[];
  try {
    sheets = await readSheets(bytes);
  } catch {
    return { ok: false, fault: 'fileNotExcel' };
  }
  const filled = sheets.filter(({ text }) => text.trim() !== '');
  const tables = filled.filter(({ text }) => isTable(text));
  const candidates = tables.length > 0 ? tables : filled;
  if (candidates.length <= 1) return { ok: true, text: candidates[0]?.text ?? '' };
  return { ok: false, fault: 'fileSheets', value: candidates.map(({ name }) => name).join(', ') };
}

async function readSheets(bytes: Uint8Array) {
  // Numbers stay as they are written: a place is not rounded, and 1 is not 1.0.
  const sheets = await readExcelFile(storedAgain(bytes), { parseNumber: (written) => written });
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    text: Papa.unparse(
      data.map((row) => row.map(textOf)),
      { newline: '\n' },
    ),
  }));
}

/**
 * The same archive without compression. The reader would unpack large parts in workers made from text, which the
 * content security policy of the pages forbids; and here the size that comes of it has a bound.
 */
function storedAgain(bytes: Uint8Array): ArrayBuffer {
  let unpackedBytes = 0;
  const parts = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!/\.(xml|rels)$/.test(name)) return false;
      unpackedBytes += originalSize;
      if (unpackedBytes > UNPACKED_BYTES_MAX) throw new Error('unpacks to too much');
      return true;
    },
  });
  return zipSync(parts, { level: 0 }).slice().buffer;
}

function textOf(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === 'boolean') return String(cell);
  return typeof cell === 'string' ? cell.normalize('NFC') : '';
}
