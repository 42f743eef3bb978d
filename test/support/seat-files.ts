import { strToU8, zipSync } from 'fflate';

/**
 * Bytes of a text in CP949, in which Korean Excel writes CSV: by what reads as each character. Node reads the part that
 * is EUC-KR, browsers all of it, so that a syllable beyond that part stands here.
 */
export function encodeCp949(text: string): Uint8Array<ArrayBuffer> {
  const decoder = new TextDecoder('euc-kr');
  const bytesOf = new Map<string, readonly number[]>([['똠', [0x8c, 0x63]]]);
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x41; trail <= 0xfe; trail++) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (character.length === 1 && character !== '\ufffd') bytesOf.set(character, [lead, trail]);
    }
  return Uint8Array.from(
    Array.from(text).flatMap((character) => {
      const code = character.codePointAt(0) ?? 0;
      const bytes = code < 0x80 ? [code] : bytesOf.get(character);
      if (!bytes) throw new Error(`CP949 has no ${character}`);
      return bytes;
    }),
  );
}

/** Bytes of a text in UTF-16, with its byte order mark or without. */
export function encodeUtf16(text: string, order: 'le' | 'be', isMarked = true): Uint8Array<ArrayBuffer> {
  const written = isMarked ? `\ufeff${text}` : text;
  const view = new DataView(new ArrayBuffer(written.length * 2));
  for (let i = 0; i < written.length; i++) view.setUint16(i * 2, written.charCodeAt(i), order === 'le');
  return new Uint8Array(view.buffer);
}

type Cell = string | number | null;

/** An .xlsx file of these sheets as Excel writes it: texts shared, numbers in place, parts compressed. */
export function encodeXlsx(
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
): Uint8Array<ArrayBuffer> {
  const texts = new Map<string, number>();
  const shared = (text: string) => {
    if (!texts.has(text)) texts.set(text, texts.size);
    return texts.get(text);
  };
  const cell = (value: Cell, row: number, column: number) => {
    if (value === null) return '';
    const at = `r="${String.fromCodePoint(65 + column)}${row + 1}"`;
    return typeof value === 'number'
      ? `<c ${at}><v>${value}</v></c>`
      : `<c ${at} t="s"><v>${shared(value)}</v></c>`;
  };
  const bodies = Object.values(sheets).map((rows) => {
    const data = rows.map(
      (cells, row) => `<row r="${row + 1}">${cells.map((value, i) => cell(value, row, i)).join('')}</row>`,
    );
    return `<worksheet ${MAIN}><sheetData>${data.join('')}</sheetData></worksheet>`;
  });
  const names = Object.keys(sheets);
  const strings = [...texts.keys()].map((text) => `<si><t xml:space="preserve">${escape(text)}</t></si>`);
  const list = names.map(
    (name, i) => `<sheet name="${escape(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  const relations = [
    ...names.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)),
    relation('rIdS', 'sharedStrings', 'sharedStrings.xml'),
  ];
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships">${relations.join('')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst ${MAIN}>${strings.join('')}</sst>`,
    ...Object.fromEntries(bodies.map((body, i) => [`xl/worksheets/sheet${i + 1}.xml`, body])),
  };
  return zipSync(
    Object.fromEntries(Object.entries(parts).map(([path, xml]) => [path, strToU8(XML + xml)])),
  ).slice();
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
