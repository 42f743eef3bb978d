import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeCp949, encodeUtf16, encodeXlsx } from '../../../test/support/seat-files.ts';
import { openPlanFile } from './plan-file.ts';
import { countGrades } from './plan-text.ts';
import { readPlan } from './read-plan.ts';

const TABLE =
  '구역,구역 이름,열,번호,등급\n가구역,"1층, 왼쪽",가열,1,VIP\n가구역,,가열,2,VIP\n다구역,,가열,1,R\n';
const utf8 = (text: string) => new TextEncoder().encode(text);

async function textOf(...bytes: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const opened = await openPlanFile(new Blob([...bytes]));
  assert.ok(opened.ok, JSON.stringify(opened));
  return opened.text;
}

async function faultsOf(...bytes: readonly Uint8Array<ArrayBuffer>[]) {
  const opened = await openPlanFile(new Blob([...bytes]));
  return opened.ok
    ? []
    : opened.errors.map(({ fault, line = 0, value }) => `${line} ${fault} ${value}`.trim());
}

describe('a file of a seat plan', { timeout: 30_000 }, () => {
  for (const [encoding, bytes] of Object.entries({
    'UTF-8': utf8(TABLE),
    'UTF-8 with a mark': utf8(`\ufeff${TABLE}`),
    'UTF-16 of Windows': encodeUtf16(TABLE, 'le'),
    'UTF-16 with the high byte first': encodeUtf16(TABLE, 'be'),
    'UTF-16 without a mark': encodeUtf16(TABLE, 'le', false),
    CP949: encodeCp949(TABLE),
    'CP949 with line ends of Windows': encodeCp949(TABLE.replaceAll('\n', '\r\n')),
    'UTF-8 with decomposed Hangul': utf8(TABLE.normalize('NFD')),
  }))
    test(`has its names as they were written: ${encoding}`, async () => {
      const text = await textOf(bytes);
      assert.equal(text, TABLE);
      const read = readPlan(text);
      assert.ok(read.ok, JSON.stringify(read));
      assert.deepEqual(
        read.plan.sections.map(({ id, name }) => [id, name]),
        [
          ['가', '1층, 왼쪽'],
          ['다', undefined],
        ],
      );
    });

  test('in no encoding that explains all of it is refused with the first line that is broken', async () => {
    assert.deepEqual(await faultsOf(utf8('section A\n1: RR\n'), Uint8Array.of(0xff, 0x0a), utf8('2: R')), [
      '3 fileEncoding',
    ]);
    assert.deepEqual(await faultsOf(encodeCp949(TABLE), utf8('라구역,,가열,1,R\n')), ['5 fileEncoding']);
    assert.deepEqual(await faultsOf(utf8('\ufeffsection A\n'), Uint8Array.of(0xb0, 0xa1)), [
      '2 fileEncoding',
    ]);
  });

  test('that is no text, of an old Excel, damaged or too large is refused, and says so', async () => {
    assert.deepEqual(await faultsOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)), [
      '0 fileNotText',
    ]);
    assert.deepEqual(await faultsOf(Uint8Array.of(0x25, 0x50, 0x01, 0x02)), ['0 fileNotText']);
    assert.deepEqual(await faultsOf(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1)), ['0 fileOldExcel']);
    assert.deepEqual(await faultsOf(encodeXlsx({ 좌석: [['구역']] }).slice(0, 300)), ['0 fileNotExcel']);
    assert.deepEqual(await faultsOf(new Uint8Array(9 * 1024 * 1024)), ['0 fileTooLarge']);
  });
});

describe('a sheet of Excel', { timeout: 30_000 }, () => {
  const rows = [
    ['구역', '구역 이름', '열', '번호', '등급', 'x', 'y'],
    ['가구역', '1층, 왼쪽', '가열', 1, 'VIP', 10.5, -2],
    [],
    ['가구역', null, '가열', 2, 'VIP', 11.5, -2],
  ];

  test('is read as the table that it is, line by line', async () => {
    const text = await textOf(encodeXlsx({ 좌석: rows }));
    assert.equal(text.split('\n')[3]?.startsWith('가구역,,가열,2,VIP'), true, text);
    const read = readPlan(text);
    assert.ok(read.ok, JSON.stringify(read));
    assert.deepEqual(read.plan.sections, [
      {
        id: '가',
        name: '1층, 왼쪽',
        rows: [{ id: '가', runs: [{ grade: 'VIP', first: 1, count: 2, at: [10.5, -2], by: [1, 0] }] }],
      },
    ]);
  });

  test('is found among others; which of two tables is meant nobody guesses', async () => {
    const notes = [['이 표는 2027년 배치입니다.']];
    assert.equal(
      await textOf(encodeXlsx({ 안내: notes, 좌석: rows })),
      await textOf(encodeXlsx({ 좌석: rows })),
    );
    assert.deepEqual(await faultsOf(encodeXlsx({ '1층': rows, '2층': rows })), ['0 fileSheets 1층, 2층']);
  });

  test('of a large hall is read whole, with a line for each seat', async () => {
    const seats = Array.from({ length: 10_000 }, (_, i) => [
      `S${i % 100}`,
      `R${Math.floor(i / 100) % 50}`,
      i,
      'R',
      i % 100,
      i,
    ]);
    const read = readPlan(
      await textOf(encodeXlsx({ 좌석: [['section', 'row', 'number', 'grade', 'x', 'y'], ...seats] })),
    );
    assert.ok(read.ok, JSON.stringify(read));
    assert.deepEqual([...countGrades(read.plan)], [['R', 10_000]]);
  });
});
