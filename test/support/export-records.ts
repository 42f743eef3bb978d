import type { ExportRecord } from '../../src/modules/export/index.ts';

const KEY = '0198c0de-0000-7000-8000-000000000001';

/** Records of events, from a number on, as the export makes them. */
export function exportRecords(count: number, text = 'of this test', first = 0): readonly ExportRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const position = first + index + 1;
    const [id, type] = [String(position), 'thing.happened'];
    const json = JSON.stringify({
      specversion: '1.0',
      id,
      source: 'urn:firstcome',
      type,
      subject: KEY,
      time: '2026-01-01T00:00:00.000Z',
      partitionkey: KEY,
      storeposition: id,
      datacontenttype: 'application/json',
      data: { text },
    });
    return { id, position, type, json };
  });
}
