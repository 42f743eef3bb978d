import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { namesIn } from './shared/i18n/fill.ts';

type Table = Readonly<Record<'ko' | 'en', Readonly<Record<string, string>>>>;

/** Every table of texts: what the files in the folders named `messages` export as `…Messages`. */
async function findTables(): Promise<readonly (readonly [name: string, table: Table])[]> {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .map((file) => join(import.meta.dirname, file))
    .filter((file) => /[/\\]messages[/\\][\w-]+\.ts$/.test(file) && statSync(file).isFile());
  const exported = await Promise.all(
    files.map(async (file) => Object.entries((await import(file)) as Record<string, unknown>)),
  );
  return exported
    .flat()
    .flatMap(([name, value]) => (name.endsWith('Messages') ? [[name, value as Table]] : []));
}

const tables = await findTables();

describe('the texts of the pages', () => {
  test('are found', () => assert.ok(tables.length >= 3, tables.map(([name]) => name).join()));

  for (const [name, { ko, en }] of tables) {
    test(`${name} call things in Korean as Koreans do`, () => {
      const foreign = /입장권|소비자|“\{\w+\}”(?:열|구역|좌석)/;
      assert.deepEqual(
        Object.entries(ko).filter(([, text]) => foreign.test(text)),
        [],
      );
    });

    test(`${name} say the same things in both languages`, () => {
      assert.deepEqual(Object.keys(en).toSorted(), Object.keys(ko).toSorted());
    });

    test(`${name} ask for the same values in both languages, and none is empty`, () => {
      for (const key of Object.keys(ko)) {
        assert.deepEqual(namesIn(en[key] ?? ''), namesIn(ko[key] ?? ''), key);
        assert.ok((en[key] ?? '').trim() !== '' && (ko[key] ?? '').trim() !== '', key);
      }
    });
  }
});
